/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* carrier.h: what carries one packet to the node of its backend.
 *   carrier_of(context, work, flow, first) -> enum carrier
 *   carrier_bytes(carrier, family)            what it adds to the packet
 *   longest_segment(context, work)            of the packets that this one is or will be cut into
 *   put_on(context, work, flow, carrier) -> 0 or -1
 * A mode is what is configured; a carrier what becomes of this packet. `opt` has nothing to tell of a flow that the backend's
 * node knows, and a packet whose headers have no room for the option goes by IPIP, which every node takes off.
 */
#ifndef POLC_SERVICE_CARRIER_H
#define POLC_SERVICE_CARRIER_H

#include "../rewrite.h"
#include "geneve.h"
#include "hop_limit.h"
#include "ipip.h"
#include "option.h"

enum carrier { CARRIER_NONE, CARRIER_OPTION, CARRIER_IPIP, CARRIER_GENEVE };

/* gso_size of what is cut where its fragments are, as SCTP is: each fits already. */
#define SEGMENTS_AS_THEY_ARE 0xffff

struct forward_address {
	__u8 bytes[16];
} __attribute__((aligned(8)));

static __always_inline bool carrier_is_tunnel(__u32 carrier)
{
	return carrier == CARRIER_IPIP || carrier == CARRIER_GENEVE;
}

static __always_inline __u32 carrier_of(packet_context *context, const struct work *work, const struct flow *flow,
					__u32 first)
{
	switch (flow->dispatch) {
	case DISPATCH_IPIP:
		return CARRIER_IPIP;
	case DISPATCH_GENEVE:
		return CARRIER_GENEVE;
	case DISPATCH_OPT:
		if (!first && !work->opens && work->proto != IPPROTO_UDP)
			return CARRIER_NONE;
		return option_fits(context, work) ? CARRIER_OPTION : CARRIER_IPIP;
	default:
		return CARRIER_NONE;
	}
}

static __always_inline __u32 carrier_bytes(__u32 carrier, __u8 family)
{
	switch (carrier) {
	case CARRIER_OPTION:
		return family == 4 ? sizeof(struct option4) : sizeof(struct option6);
	case CARRIER_IPIP:
		return family == 4 ? IPIP_BYTES4 : IPIP_BYTES6;
	case CARRIER_GENEVE:
		return family == 4 ? sizeof(struct geneve4) : sizeof(struct geneve6);
	default:
		return 0;
	}
}

static __always_inline __u32 longest_segment(packet_context *context, const struct work *work)
{
	__u32 segment = packet_segment(context), header = sizeof(struct udphdr);
	__u8 offset = 0;

	if (!segment)
		return work->end - work->l3;
	if (segment == SEGMENTS_AS_THEY_ARE)
		return 0;
	if (work->proto == IPPROTO_TCP)
		header = packet_load(context, work->l4 + 12, &offset, 1) ? sizeof(struct tcphdr) : (offset >> 4) * 4;
	return work->l4 - work->l3 + header + segment;
}

/* Apart for its stack. */
__noinline int put_around(packet_context *context, struct work *work, struct flow *flow, __u32 carrier)
{
	if (!work || !flow)
		return -1;
	switch (carrier) {
	case CARRIER_IPIP:
		return ipip_put_on(context, work, flow->via);
	case CARRIER_GENEVE:
		return geneve_put_on(context, work, flow->via);
	case CARRIER_OPTION:
		return option_put_on(context, work);
	default:
		return 0;
	}
}

/* The packet as it arrives at the backend. In IPIP it stays the client's until it is there. */
static __always_inline int make_inner(packet_context *context, struct work *work, struct flow *flow, __u32 carrier)
{
	if (carrier == CARRIER_IPIP)
		return 0;
	if (rewrite(context, work, flow))
		return -1;
	return carrier == CARRIER_GENEVE ? 0 : hop_limit_take(context, work);
}

static __always_inline int put_on(packet_context *context, struct work *work, struct flow *flow, __u32 carrier)
{
	if (make_inner(context, work, flow, carrier))
		return -1;
	return carrier == CARRIER_NONE ? 0 : put_around(context, work, flow, carrier);
}

#endif
