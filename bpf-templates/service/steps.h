/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* steps.h: what the hooks have in common.
 *   to_service(context, work, parsed, flags, hook) -> action      what has a destination of services
 *   of_flow(context, work, parsed, hook) -> action                what may be a reply
 * Both have a form that ends in _by, for who has looked up the flow already.
 */
#ifndef POLC_SERVICE_STEPS_H
#define POLC_SERVICE_STEPS_H

#include "act.h"
#include "open.h"
#include "plain_packet.h"

/* The action of the flow that was found for this packet; UNDECIDED if it may not follow it. */
static __always_inline int follow_flow(packet_context *context, struct work *work, struct flow *flow,
				       enum service_hook hook)
{
	__u32 now = ticks();

	if (!flow || !flow_usable(work, flow, now))
		return UNDECIDED;
	flow_note(work, flow, now);
	if (work->fragment == FRAGMENT_FIRST)
		service_fragment_remember(work, flow);
	return act(context, work, flow, false, hook);
}

static __always_inline struct flow *flow_of(const struct work *work)
{
	return LOOK_UP(flows, work->family, &work->key);
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

/* `flow`: what was found for this tuple. What is of no service passes. */
static __always_inline int to_service_by(packet_context *context, struct work *work, struct flow *flow,
					 enum service_hook hook)
{
	struct scratch *scratch;
	int action;

	if (!work)
		return ACTION_PASS;
	action = follow_flow(context, work, flow, hook);
	if (action != UNDECIDED)
		return action;
	action = open_flow(context, work);
	if (action != UNDECIDED)
		return action;
	scratch = scratch_of_cpu();
	return scratch ? act(context, work, &scratch->flow, !work->rst, hook) : ACTION_DROP;
}

static __always_inline int to_service(packet_context *context, struct work *work, int parsed, __u32 flags,
				      enum service_hook hook)
{
	struct flow *first;

	if (parsed != PARSED_FLOW)
		return to_no_flow(context, work, parsed, flags);
	if (work->fragment != FRAGMENT_LATER)
		return to_service_by(context, work, flow_of(work), hook);
	first = service_fragment_follow(work);
	return first ? act(context, work, first, false, hook) : to_no_flow(context, work, parsed, flags);
}

/* What is of no flow passes as it is. */
static __always_inline int of_flow_by(packet_context *context, struct work *work, struct flow *flow,
				      enum service_hook hook)
{
	int action = work ? follow_flow(context, work, flow, hook) : UNDECIDED;

	return action == UNDECIDED ? ACTION_PASS : action;
}

static __always_inline int of_flow(packet_context *context, struct work *work, int parsed, enum service_hook hook)
{
	struct flow *first;

	if (parsed != PARSED_FLOW)
		return ACTION_PASS;
	if (work->fragment != FRAGMENT_LATER)
		return of_flow_by(context, work, flow_of(work), hook);
	first = service_fragment_follow(work);
	return first ? act(context, work, first, false, hook) : ACTION_PASS;
}

#endif
