/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* pod.h: the programs on the host side of a pod's interface.
 *
 * from_pod runs before policy, which so judges the backend that is chosen here:
 *   1. One look-up of the destination: most packets end there.
 *   2. The flow, and what becomes of it; else a new one (open.h).
 * to_pod runs after policy, which has judged the backend: one look-up of the flow, and the reply becomes the
 * service's.
 */
#ifndef POLC_SERVICE_POD_H
#define POLC_SERVICE_POD_H

#include "steps.h"

static __always_inline int from_pod_at(packet_context *context)
{
	struct plain plain = {};
	struct work work;
	struct flow *flow;
	__u32 flags;
	int parsed;

	if (packet_has_vlan(context))
		return ACTION_PASS;
	if (parse_plain(context, &plain, &work.key)) {
		flags = destination_of(plain.family, &work.key);
		if (!flags && !is_to_hairpin(plain.family, &work.key))
			return ACTION_PASS;
		flow = LOOK_UP(flows, plain.family, &work.key);
		if (flow && plain_follows(&plain, flow, SERVICE_FROM_POD)) {
			return rewrite_plain(context, &plain, flow) ? ACTION_DROP : ACTION_PASS;
		}
		work_of_plain(&work, &plain, SERVICE_FROM_POD);
		return to_service_by(context, &work, flow, flags, SERVICE_FROM_POD);
	}
	work = (struct work){ .hook = SERVICE_FROM_POD };
	parsed = parse_packet(context, &work);
	if (parsed == PARSED_NOTHING)
		return ACTION_PASS;
	flags = destination_of(work.family, &work.key);
	if (!flags && !is_to_hairpin(work.family, &work.key))
		return ACTION_PASS;
	return to_service(context, &work, parsed, flags, SERVICE_FROM_POD);
}

/* Replies, of a pod's clients and to the clients of a pod. */
static __always_inline int reply_at(packet_context *context, enum service_hook hook)
{
	struct plain plain = {};
	struct work work;
	struct flow *flow;
	int parsed;

	if (parse_plain(context, &plain, &work.key)) {
		flow = LOOK_UP(flows, plain.family, &work.key);
		if (!flow || flow->hook != hook)
			return ACTION_PASS;
		if (plain_follows(&plain, flow, hook)) {
			count_service(SERVICE_COUNT_REPLIED);
			return rewrite_plain(context, &plain, flow) ? ACTION_DROP : ACTION_PASS;
		}
		work_of_plain(&work, &plain, hook);
		return of_flow_by(context, &work, flow, hook);
	}
	work = (struct work){ .hook = hook };
	parsed = parse_packet(context, &work);
	return of_flow(context, &work, parsed, hook);
}

#endif
