/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* collision.h: two services, one backend, one client port. Their replies have one tuple, and only one of them can have it.
 *   reply_claim(family, key, reply, opens) -> 0, or -1 if a live flow of another service has it
 */
#ifndef POLC_SERVICE_COLLISION_H
#define POLC_SERVICE_COLLISION_H

#include "flow_state.h"

/* Does it lead to the same client and service? */
static __always_inline bool same_after(const struct flow *a, const struct flow *b)
{
	const __u64 *a_end = (const __u64 *)a->source, *b_end = (const __u64 *)b->source;

	return a_end[0] == b_end[0] && a_end[1] == b_end[1] && a_end[2] == b_end[2] && a_end[3] == b_end[3] &&
	       ports_after(a) == ports_after(b);
}

/* RFC 9293: both ends have sent their FIN, or one a RST. If the client's direction leaves no trace on this node, a FIN of the
 * backend has to do: it is over if the client asks elsewhere from the same port.
 */
static __always_inline bool reply_over(__u8 family, const union flow_key *key, const struct flow *reply)
{
	__u32 proto = family == 4 ? key->v4.proto : key->v6.proto;
	union flow_key forward_key = {};
	const struct flow *forward;

	if (flow_expired(reply, proto, ticks()) || reply->flags & FLOW_RESET || endpoint_gone(reply))
		return true;
	if (!(reply->flags & FLOW_FIN))
		return false;
	flow_other_key(family, reply, proto, &forward_key);
	forward = LOOK_UP(flows, family, &forward_key);
	return !forward || forward->flags & (FLOW_FIN | FLOW_RESET);
}

/* The same flow's next packet, or, if it `opens`, the next connection with the same tuple. */
static __always_inline void reply_again(struct flow *there, const struct flow *reply, bool opens)
{
	if (opens && there->flags & (FLOW_FIN | FLOW_RESET))
		there->flags &= ~(FLOW_FIN | FLOW_RESET);
	if (there->seen != reply->seen)
		there->seen = reply->seen;
	if (there->identity != reply->identity || there->endpoint != reply->endpoint) {
		there->endpoint = reply->endpoint;
		there->identity = reply->identity;
	}
}

__noinline int reply_claim(__u32 family, const union flow_key *key, const struct flow *reply, __u32 opens)
{
	struct flow *there;

	if (!key || !reply)
		return -1;
	there = LOOK_UP(flows, family, key);
	if (there && there->hook == reply->hook && same_after(there, reply)) {
		reply_again(there, reply, opens);
		return 0;
	}
	if (there && !reply_over(family, key, there))
		return -1;
	flow_update(family, key, reply, BPF_ANY);
	return 0;
}

#endif
