/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* act.h: what a flow makes of a packet.
 *   act(context, work, flow, first, hook) -> action     `first`: its entry was made for this packet
 * Called by the programs themselves and not from further down: the kernel allows eight frames. `hook` is the program's own, a
 * constant: what does not leave by the link is verified without what sends it there.
 */
#ifndef POLC_SERVICE_ACT_H
#define POLC_SERVICE_ACT_H

#include "dispatch/dispatch.h"
#include "hairpin.h"

/* Replies by SNAT, and ICMP errors about what is dispatched: rewritten here, and sent on. */
static __always_inline bool is_forwarded(const struct flow *flow)
{
	return flow->flags & (FLOW_REMOTE | FLOW_REPLY);
}

__noinline int act_from_link(packet_context *context, struct work *work, struct flow *flow, __u32 first)
{
	KEEP_TAKEN(first);
	if (!work || !flow)
		return ACTION_DROP;
	if (flow->flags & FLOW_REMOTE && !work->quoted)
		return send_on(context, work, flow, first);
	if (is_forwarded(flow) && !can_forward(context, work, (const void *)flow->destination))
		return ACTION_PASS; /* as it is: tc's program has its turn */
	if (rewrite(context, work, flow))
		return ACTION_DROP;
	if (flow->flags & FLOW_REPLY)
		count_service(SERVICE_COUNT_REPLIED_BACK);
	return is_forwarded(flow) ? forward(context, work) : ACTION_PASS;
}

__noinline int act_in_place(packet_context *context, struct work *work, struct flow *flow)
{
	if (!work || !flow || rewrite(context, work, flow))
		return ACTION_DROP;
	if (flow->flags & FLOW_REPLY)
		count_service(SERVICE_COUNT_REPLIED);
	return flow->flags & FLOW_HAIRPIN ? send_back(context) : ACTION_PASS;
}

static __always_inline int act(packet_context *context, struct work *work, struct flow *flow, __u32 first,
			       enum service_hook hook)
{
	return hook == SERVICE_FROM_LINK ? act_from_link(context, work, flow, first) : act_in_place(context, work, flow);
}

#endif
