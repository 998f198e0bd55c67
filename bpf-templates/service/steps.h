/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* steps.h: what the hooks have in common.
 *   to_service(context, work, parsed, flags, hook) -> action      what has a destination of services
 *   of_flow(context, work, parsed, hook) -> action                what may be a reply
 */
#ifndef POLC_SERVICE_STEPS_H
#define POLC_SERVICE_STEPS_H

#include "act.h"
#include "open.h"
#include "plain_packet.h"

/* The flow of this packet, if it may follow one. */
static __always_inline struct flow *flow_of(const struct work *work)
{
	struct flow *flow = LOOK_UP(flows, work->family, &work->key);

	return flow && flow_usable(work, flow) ? flow : NULL;
}

static __always_inline int follow_flow(packet_context *context, struct work *work, struct flow *flow,
				       enum service_hook hook)
{
	flow_note(work, flow);
	if (work->fragment == FRAGMENT_FIRST)
		service_fragment_remember(work, flow);
	return act(context, work, flow, false, hook);
}

/* A cluster IP is not pinged, and says so as it does of every port that no service has. */
static __always_inline int refuse_echo(packet_context *context, struct work *work, __u32 flags)
{
	bool echo = work->proto == (work->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6) && work->opens;

	if (!(flags & DESTINATION_CLUSTER_IP) || !echo)
		return ACTION_PASS;
	return refuse_counted(context, work, REFUSE_ICMP, SERVICE_COUNT_REFUSED_PORT);
}

/* What belongs to no flow: what has no ports, or a later fragment whose first one is not known. */
__noinline int to_no_flow(packet_context *context, struct work *work, int parsed, __u32 flags)
{
	if (!work || !flags)
		return ACTION_PASS;
	if (parsed == PARSED_OTHER)
		return refuse_echo(context, work, flags);
	if (flags & DESTINATION_NODE)
		return ACTION_PASS;
	count_service(parsed == PARSED_FLOW ? SERVICE_COUNT_DROPPED_FRAGMENT : SERVICE_COUNT_DROPPED_MALFORMED);
	return ACTION_DROP;
}

static __always_inline int to_service(packet_context *context, struct work *work, int parsed, __u32 flags,
				      enum service_hook hook)
{
	bool later = work->fragment == FRAGMENT_LATER;
	struct flow *flow = NULL;
	struct scratch *scratch;
	int action;

	if (parsed == PARSED_FLOW)
		flow = later ? service_fragment_follow(work) : flow_of(work);
	if (flow)
		return later ? act(context, work, flow, false, hook) : follow_flow(context, work, flow, hook);
	if (parsed != PARSED_FLOW || later)
		return to_no_flow(context, work, parsed, flags);
	action = open_flow(context, work, flags);
	if (action != UNDECIDED)
		return action;
	scratch = scratch_of_cpu();
	return scratch ? act(context, work, &scratch->flow, !work->rst, hook) : ACTION_DROP;
}

static __always_inline int of_flow(packet_context *context, struct work *work, int parsed, enum service_hook hook)
{
	bool later = work->fragment == FRAGMENT_LATER;
	struct flow *flow;

	if (parsed != PARSED_FLOW)
		return ACTION_PASS;
	flow = later ? service_fragment_follow(work) : flow_of(work);
	if (!flow)
		return ACTION_PASS;
	return later ? act(context, work, flow, false, hook) : follow_flow(context, work, flow, hook);
}

#endif
