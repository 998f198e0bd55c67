/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* link.h: the programs on the node's link, in tc or XDP.
 *
 * from_link:
 *   1. Take off what another node put on: the packet is for an endpoint of this one.
 *   2. One bit by the destination: most packets end there.
 *   3. The flow, and what becomes of it; else a new one (open.h). For an endpoint of this node it goes up the stack, which
 *      routes it to the pod; for another's it is sent out again.
 * to_link, after routing and netfilter: one look-up of the flow, and the reply becomes the service's.
 */
#ifndef POLC_SERVICE_LINK_H
#define POLC_SERVICE_LINK_H

#include "dispatch/send_plain.h"
#include "steps.h"

static __always_inline bool may_be_dispatched(const struct work *work)
{
	if (work->options || work->proto == IPPROTO_IPIP || work->proto == IPPROTO_IPV6)
		return true;
	return work->proto == IPPROTO_UDP && work_ports_of(work) >> 16 == service.geneve_port;
}

static __always_inline bool plain_may_be_dispatched(const struct plain *plain)
{
	return plain->proto == IPPROTO_UDP && plain->ports >> 16 == service.geneve_port;
}

/* What the plain parser could not read. */
static __always_inline int from_link_slowly(packet_context *context)
{
	struct work *work = work_unread(SERVICE_FROM_LINK);
	int parsed, action;
	__u32 flags;

	if (!work)
		return ACTION_PASS;
	parsed = parse_packet(context, work);
	if (parsed == PARSED_NOTHING)
		return ACTION_PASS;
	if (parsed != PARSED_MALFORMED && may_be_dispatched(work)) {
		action = receive(context, work);
		if (action != UNDECIDED)
			return action;
	}
	flags = destination_of(work->family, &work->key);
	return flags ? to_service(context, work, parsed, flags, SERVICE_FROM_LINK) : ACTION_PASS;
}

static __always_inline int follow_plain(packet_context *context, const struct plain *plain, const union flow_key *key,
					const struct flow *flow)
{
	if (flow->flags & FLOW_REMOTE)
		return send_plain(context, plain, key, flow, false);
	return rewrite_plain(context, plain, flow) ? ACTION_DROP : ACTION_PASS;
}

static __always_inline int from_link_at(packet_context *context)
{
	struct plain plain = {};
	union flow_key key;
	struct flow *flow;

	if (!parse_plain(context, &plain, &key) || plain_may_be_dispatched(&plain))
		return from_link_slowly(context);
	if (!may_be_destination(plain.family, &key))
		return ACTION_PASS;
	flow = LOOK_UP(flows, plain.family, &key);
	if (flow && !(flow->flags & FLOW_REPLY) && plain_follows(&plain, flow, SERVICE_FROM_LINK)) {
		int action = follow_plain(context, &plain, &key, flow);

		if (action != UNDECIDED)
			return action;
	}
	return to_service_by(context, work_of_plain(&plain, &key, SERVICE_FROM_LINK), flow, SERVICE_FROM_LINK);
}

#endif
