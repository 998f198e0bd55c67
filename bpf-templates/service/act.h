/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* act.h: what a flow makes of a packet.
 *   act(context, work, flow, first) -> action     `first`: its entry was made for this packet
 * Called by the programs themselves and not from further down: the kernel allows eight frames.
 */
#ifndef POLC_SERVICE_ACT_H
#define POLC_SERVICE_ACT_H

#include "dispatch/dispatch.h"
#include "hairpin.h"

/* Replies by SNAT and ICMP errors about what is dispatched: rewritten here, and sent on. */
static __always_inline bool is_forwarded(const struct work *work, const struct flow *flow)
{
	return work->hook == SERVICE_FROM_LINK && flow->flags & (FLOW_REMOTE | FLOW_REPLY);
}

__noinline int act(packet_context *context, struct work *work, struct flow *flow, __u32 first)
{
	KEEP_TAKEN(first);
	if (!work || !flow)
		return ACTION_DROP;
	if (flow->flags & FLOW_REMOTE && !work->quoted)
		return send_on(context, work, flow, first);
	if (is_forwarded(work, flow) && !can_forward(context, work, (const void *)flow->destination))
		return ACTION_PASS; /* as it is: tc's program has its turn */
	if (rewrite(context, work, flow))
		return ACTION_DROP;
	if (flow->flags & FLOW_HAIRPIN)
		return send_back(context);
	if (flow->flags & FLOW_REPLY)
		count_service(work->hook == SERVICE_FROM_LINK ? SERVICE_COUNT_REPLIED_BACK : SERVICE_COUNT_REPLIED);
	if (is_forwarded(work, flow))
		return forward(context, work);
	return ACTION_PASS;
}

#endif
