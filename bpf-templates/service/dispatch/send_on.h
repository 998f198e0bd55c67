/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* send_on.h: a packet to a service goes to the node of its backend.
 *   send_on(context, work, flow, first) -> action
 *   forward(context, work) -> action          a packet that is rewritten already
 *   can_forward(context, work, address)       ask it before the packet is changed: false, and tc behind XDP has to do it
 */
#ifndef POLC_SERVICE_SEND_ON_H
#define POLC_SERVICE_SEND_ON_H

#include "send_plain.h"
#include "split.h"

#define ICMP4_TOO_BIG ICMP_KIND(3, 4)
#define ICMP6_TOO_BIG ICMP_KIND(2, 0)
#define ICMP4_EXPIRED ICMP_KIND(11, 0)
#define ICMP6_EXPIRED ICMP_KIND(3, 0)
#define IPV6_MTU_LEAST 1280 /* RFC 8201: who is told less does not believe it */

/* IPv4 without DF is cut in two, in tc; else its sender is told what fits. An aggregate's sender is told in any case. */
static __always_inline int send_too_long(packet_context *context, struct work *work, struct flow *flow, __u32 carrier,
					 __u32 room)
{
	if (work->family == 4 && !work->df && !packet_segment(context)) {
		if (!PACKET_HAS_COPIES)
			return ACTION_PASS;
		return send_in_two(context, work, flow, carrier);
	}
	count_service(SERVICE_COUNT_TOO_BIG);
	if (work->family == 4)
		return icmp_answer(context, work, ICMP4_TOO_BIG, room);
	return icmp_answer(context, work, ICMP6_TOO_BIG, room < IPV6_MTU_LEAST ? IPV6_MTU_LEAST : room);
}

/* Direct reads and writes reach all headers. */
static __always_inline bool is_linear(packet_context *context, const struct plain *plain)
{
	__u32 transport = plain->proto == IPPROTO_TCP ? sizeof(struct tcphdr) : sizeof(struct udphdr);

	return packet_data(context) + PLAIN_L4(plain) + transport <= packet_data_end(context);
}

/* The short cut. */
__noinline int send_on_plain(packet_context *context, struct work *work, struct flow *flow, __u32 first)
{
	struct plain plain = {};

	KEEP_TAKEN(first);
	if (!work || !flow || work->l3 != ETH_HLEN || work->options || work->fragment != FRAGMENT_NONE)
		return UNDECIDED;
	if (work->proto != IPPROTO_TCP && work->proto != IPPROTO_UDP)
		return UNDECIDED;
	plain.end = work->end;
	plain.ports = work_ports_of(work);
	plain.family = work->family;
	plain.proto = work->proto;
	return is_linear(context, &plain) ? send_plain(context, &plain, &work->key, flow, first || work->opens) : UNDECIDED;
}

__noinline int send_on(packet_context *context, struct work *work, struct flow *flow, __u32 first)
{
	struct next_hop *hop;
	__u32 carrier, room;
	int action;

	if (!work || !flow)
		return ACTION_DROP;
	action = send_on_plain(context, work, flow, first);
	if (action != UNDECIDED)
		return action;
	hop = next_hop(context, work->family, flow->via);
	if (!hop || !hop->ifindex) {
		count_service(SERVICE_COUNT_DROPPED_ROUTE);
		return ACTION_DROP;
	}
	if (!packet_can_send(context, hop->ifindex, hop->resolved))
		return ACTION_PASS;
	carrier = carrier_of(context, work, flow, first);
	room = next_hop_mtu(hop) - carrier_bytes(carrier, work->family);
	if (longest_segment(context, work) > room)
		return send_too_long(context, work, flow, carrier, room);
	if (!carrier_is_tunnel(carrier) && !hop_limit_left(context, work))
		return icmp_answer(context, work, work->family == 4 ? ICMP4_EXPIRED : ICMP6_EXPIRED, 0);
	if (put_on(context, work, flow, carrier)) {
		count_service(SERVICE_COUNT_DROPPED_MALFORMED);
		return ACTION_DROP;
	}
	count_service(SERVICE_COUNT_DISPATCHED);
	return send(context, hop);
}

__noinline int can_forward(packet_context *context, struct work *work, const struct forward_address *address)
{
	struct next_hop *hop;

	if (!work || !address)
		return false;
	hop = next_hop(context, work->family, address->bytes);
	return !hop || !hop->ifindex || packet_can_send(context, hop->ifindex, hop->resolved);
}

__noinline int forward(packet_context *context, struct work *work)
{
	struct forward_address to = {};
	struct next_hop *hop;

	if (!work || packet_load(context, work->l3 + (work->family == 4 ? 16 : 24), &to, work->family == 4 ? 4 : 16))
		return ACTION_DROP;
	hop = next_hop(context, work->family, to.bytes);
	if (!hop || !hop->ifindex) {
		count_service(SERVICE_COUNT_DROPPED_ROUTE);
		return ACTION_DROP;
	}
	if (!packet_can_send(context, hop->ifindex, hop->resolved) || !hop_limit_left(context, work) ||
	    hop_limit_take(context, work))
		return ACTION_DROP;
	return send(context, hop);
}

#endif
