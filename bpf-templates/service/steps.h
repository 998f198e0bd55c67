/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* steps.h: what the hooks have in common.
 *   to_service(context, work, parsed, flags) -> action      what has a destination of services
 *   of_flow(context, work, parsed) -> action                what may be a reply
 */
#ifndef POLC_SERVICE_STEPS_H
#define POLC_SERVICE_STEPS_H

#include "act.h"
#include "open.h"
#include "plain_packet.h"

static __always_inline int follow_flow(packet_context *context, struct work *work, struct flow *flow)
{
	flow_note(work, flow);
	if (work->fragment == FRAGMENT_FIRST)
		service_fragment_remember(work, flow);
	return act(context, work, flow, false);
}

/* The flow of this packet, if it may follow one. */
static __always_inline struct flow *flow_of(const struct work *work)
{
	struct flow *flow = LOOK_UP(flows, work->family, &work->key);

	return flow && flow_usable(work, flow) ? flow : NULL;
}

static __always_inline int follow_first_fragment(packet_context *context, struct work *work, __u32 flags)
{
	struct flow *flow = service_fragment_follow(work);

	if (flow)
		return act(context, work, flow, false);
	if (!(flags & (DESTINATION_CLUSTER_IP | DESTINATION_EXTERNAL)))
		return ACTION_PASS;
	count_service(SERVICE_COUNT_DROPPED_FRAGMENT);
	return ACTION_DROP;
}

/* A cluster IP is not pinged, and says so as it does of every port that no service has. */
static __always_inline int refuse_echo(packet_context *context, struct work *work, __u32 flags)
{
	bool echo = work->proto == (work->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6) && work->opens;

	if (!(flags & DESTINATION_CLUSTER_IP) || !echo)
		return ACTION_PASS;
	return refuse_counted(context, work, REFUSE_ICMP, SERVICE_COUNT_REFUSED_PORT);
}

/* What has no ports. */
__noinline int to_no_port(packet_context *context, struct work *work, int parsed, __u32 flags)
{
	if (!work)
		return ACTION_PASS;
	if (parsed == PARSED_FLOW)
		return follow_first_fragment(context, work, flags);
	if (parsed == PARSED_OTHER)
		return refuse_echo(context, work, flags);
	if (flags & DESTINATION_NODE || !flags)
		return ACTION_PASS;
	count_service(SERVICE_COUNT_DROPPED_MALFORMED);
	return ACTION_DROP;
}

static __always_inline int to_service(packet_context *context, struct work *work, int parsed, __u32 flags)
{
	struct scratch *scratch;
	struct flow *flow;
	int action;

	if (parsed != PARSED_FLOW || work->fragment == FRAGMENT_LATER)
		return to_no_port(context, work, parsed, flags);
	flow = flow_of(work);
	if (flow)
		return follow_flow(context, work, flow);
	action = open_flow(context, work, flags);
	if (action != UNDECIDED)
		return action;
	scratch = scratch_of_cpu();
	return scratch ? act(context, work, &scratch->flow, !work->rst) : ACTION_DROP;
}

static __always_inline int of_flow(packet_context *context, struct work *work, int parsed)
{
	struct flow *flow;

	if (parsed != PARSED_FLOW)
		return ACTION_PASS;
	if (work->fragment == FRAGMENT_LATER)
		return to_no_port(context, work, parsed, 0);
	flow = flow_of(work);
	return flow ? follow_flow(context, work, flow) : ACTION_PASS;
}

#endif
