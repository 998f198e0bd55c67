/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* pod.h: the programs on the host side of a pod's interface.
 *
 * from_pod runs before policy, which so judges the backend that is chosen here:
 *   1. One bit by the destination: most packets end there.
 *   2. An established flow, of which the packet has nothing to note: rewritten, by the copy of a moment ago (hot_path.h) or
 *      after a look-up.
 *   3. A source that is not the pod's passes as it is: policy drops and counts it. No flow, affinity or end of a connection
 *      is noted in another pod's name.
 *   4. The flow, and what becomes of it; else a new one (open.h).
 * to_pod runs after policy, which has judged the backend: one look-up of the flow at most, and the reply becomes the
 * service's.
 */
#ifndef POLC_SERVICE_POD_H
#define POLC_SERVICE_POD_H

#include "hot_path.h"
#include "pod_source.h"
#include "steps.h"

/* What the plain parser could not read. */
static __always_inline int from_pod_slowly(packet_context *context)
{
	struct work *work = work_unread(SERVICE_FROM_POD);
	__u32 flags;
	int parsed;

	if (!work)
		return ACTION_PASS;
	parsed = parse_packet(context, work);
	if (parsed == PARSED_NOTHING)
		return ACTION_PASS;
	flags = destination_of(work->family, &work->key);
	if ((!flags && !is_to_hairpin(work->family, &work->key)) || is_forged(work, packet_ifindex(context)))
		return ACTION_PASS;
	return to_service(context, work, parsed, flags, SERVICE_FROM_POD);
}

static __always_inline bool is_to_no_service(__u8 family, const union flow_key *key)
{
	return !may_be_destination(family, key) && !is_to_hairpin(family, key);
}

static __always_inline int from_pod_at(packet_context *context)
{
	const struct flow *followed;
	struct plain plain = {};
	union flow_key key;
	struct work *work;
	struct flow *flow;
	int action;

	if (packet_has_vlan(context))
		return ACTION_PASS;
	if (parse_hot(context, &key.v4)) {
		if (is_to_no_service(4, &key))
			return ACTION_PASS;
		action = follow_hot(context, &key.v4, SERVICE_FROM_POD);
		if (action != UNDECIDED)
			return action;
	}
	if (!parse_plain(context, &plain, &key))
		return from_pod_slowly(context);
	if (is_to_no_service(plain.family, &key))
		return ACTION_PASS;
	followed = look_up_flow(&plain, &key, SERVICE_FROM_POD, &flow);
	if (followed)
		return rewrite_plain(context, &plain, followed) ? ACTION_DROP : ACTION_PASS;
	work = work_of_plain(&plain, &key, SERVICE_FROM_POD);
	if (!work || is_forged(work, packet_ifindex(context)))
		return ACTION_PASS;
	return to_service_by(context, work, flow, SERVICE_FROM_POD);
}

/* Replies, of a pod's clients and to the clients of a pod. */
static __always_inline int reply_at(packet_context *context, enum service_hook hook)
{
	const struct flow *followed;
	struct plain plain = {};
	union flow_key key;
	struct work *work;
	struct flow *flow;
	int action;

	if (parse_hot(context, &key.v4)) {
		action = follow_hot(context, &key.v4, hook);
		if (action != UNDECIDED)
			return action;
	}
	if (parse_plain(context, &plain, &key)) {
		followed = look_up_flow(&plain, &key, hook, &flow);
		if (followed) {
			count_service(SERVICE_COUNT_REPLIED);
			return rewrite_plain(context, &plain, followed) ? ACTION_DROP : ACTION_PASS;
		}
		if (!flow || flow->hook != hook)
			return ACTION_PASS;
		return of_flow_by(context, work_of_plain(&plain, &key, hook), flow, hook);
	}
	work = work_unread(hook);
	return work ? of_flow(context, work, parse_packet(context, work), hook) : ACTION_PASS;
}

#endif
