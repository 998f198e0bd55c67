/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* split.h: IPv4 that may be fragmented and is too long with what carries it goes on as two fragments (RFC 791, 3.2), each
 * carried by itself: what is fragmented outside no program could take off.
 *   send_in_two(context, work, flow, carrier) -> action
 * One packet is both in turn: the end is kept aside, a copy of the beginning is sent, then the end takes its place.
 */
#ifndef POLC_SERVICE_SPLIT_H
#define POLC_SERVICE_SPLIT_H

#include "carrier.h"
#include "icmp_answer.h"

#define SPLIT_END_MAX 1024

struct split {
	__u32 rest;
	__u32 fragment; /* flags and offset of the end */
	__u8 end[SPLIT_END_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct split);
} service_split SEC(".maps");

static __always_inline struct split *split_of_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&service_split, &zero);
}

/* A header that covers other bytes than before. `fragment`: flags and offset. Apart for its stack, as the next but one. */
__noinline int split_header(packet_context *context, __u32 at, __u32 length, __u32 fragment)
{
	struct iphdr ip = {};
	__u32 diff;

	if (packet_load(context, at, &ip, sizeof(ip)))
		return -1;
	diff = diff_both(diff32(ip.tot_len, bpf_htons(length)), diff32(ip.frag_off, bpf_htons(fragment)));
	ip.tot_len = bpf_htons(length);
	ip.frag_off = bpf_htons(fragment);
	ip.check = sum_mended(ip.check, diff);
	return packet_store(context, at, &ip, sizeof(ip));
}

/* The same for what is around it. */
static __always_inline int split_outer(packet_context *context, const struct work *work, __u32 carrier, __u32 length)
{
	__be16 udp = bpf_htons(length - sizeof(struct iphdr));

	if (!carrier_is_tunnel(carrier))
		return 0;
	if (split_header(context, work->l3, length, IPV4_DONT_FRAGMENT))
		return -1;
	if (carrier == CARRIER_IPIP)
		return 0;
	return packet_store(context, work->l3 + sizeof(struct iphdr) + 4, &udp, sizeof(udp));
}

/* The end that was kept becomes the payload of the packet. */
__noinline int split_continue(packet_context *context, struct work *work, __u32 carrier)
{
	struct split *split = split_of_cpu();
	__u32 more = carrier_bytes(carrier, 4), l3, l4, rest;

	if (!work || !split)
		return -1;
	l3 = carrier_is_tunnel(carrier) ? work->l3 + more : work->l3;
	l4 = work->l4 + more;
	rest = split->rest;
	if (rest < 1)
		return -1;
	KEEP_CHECKS_APART(rest);
	if (rest > SPLIT_END_MAX || packet_resize(context, l4 + rest) ||
	    packet_store(context, l4, split->end, rest) || split_header(context, l3, l4 - l3 + rest, split->fragment))
		return -1;
	return split_outer(context, work, carrier, l4 + rest - work->l3);
}

/* Keeps the end, and makes the packet its beginning, of `room` bytes at most. */
__noinline int split_begin(packet_context *context, struct work *work, __u32 room)
{
	struct split *split = split_of_cpu();
	__u32 header, first, rest;
	__be16 field = 0;

	if (!work || !split)
		return -1;
	header = work->l4 - work->l3;
	first = (room - header) & ~7u;
	rest = work->end - work->l4 - first;
	KEEP_CHECKS_APART(rest);
	if (room <= header + 8 || rest < 1)
		return -1;
	KEEP_CHECKS_APART(rest);
	if (rest > SPLIT_END_MAX ||
	    packet_load(context, work->l4 + first, split->end, rest) ||
	    packet_load(context, work->l3 + 6, &field, sizeof(field)))
		return -1;
	split->rest = rest;
	split->fragment = bpf_ntohs(field) + first / 8;
	work->end = work->l4 + first;
	if (packet_resize(context, work->end))
		return -1;
	return split_header(context, work->l3, header + first, bpf_ntohs(field) | IPV4_MORE_FRAGMENTS);
}

static __always_inline int split_send(packet_context *context, struct work *work, struct flow *flow, __u32 carrier,
				      const struct next_hop *hop)
{
	if (make_inner(context, work, flow, carrier) ||
	    split_begin(context, work, next_hop_mtu(hop) - carrier_bytes(carrier, 4)) ||
	    put_around(context, work, flow, carrier) || write_link_header(context, hop) ||
	    packet_send_copy(context, hop->ifindex))
		return -1;
	return split_continue(context, work, carrier);
}

__noinline int send_in_two(packet_context *context, struct work *work, struct flow *flow, __u32 carrier)
{
	struct next_hop *hop;

	if (!work || !flow)
		return ACTION_DROP;
	hop = next_hop(context, 4, flow->via);
	if (!hop || !hop->ifindex || !hop_limit_left(context, work) || split_send(context, work, flow, carrier, hop)) {
		count_service(SERVICE_COUNT_DROPPED_MALFORMED);
		return ACTION_DROP;
	}
	count_service(SERVICE_COUNT_DISPATCHED);
	return send(context, hop);
}

#endif
