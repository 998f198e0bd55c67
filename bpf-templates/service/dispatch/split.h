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

struct split_end {
	__u8 bytes[SPLIT_END_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct split_end);
} split_ends SEC(".maps");

/* A header that covers other bytes than before. `fragment`: flags and offset. */
static __always_inline int split_header(packet_context *context, __u32 at, __u32 length, __u16 fragment)
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

/* `rest` bytes that are kept in `end` become the payload of the packet. */
static __always_inline int split_continue(packet_context *context, const struct work *work, __u32 carrier,
					  struct split_end *end, __u32 rest, __u16 fragment)
{
	__u32 more = carrier_bytes(carrier, 4), l4 = work->l4 + more;
	__u32 l3 = carrier_is_tunnel(carrier) ? work->l3 + more : work->l3;

	if (packet_resize(context, l4 + rest) || packet_store(context, l4, end->bytes, rest) ||
	    split_header(context, l3, l4 - l3 + rest, fragment))
		return -1;
	return split_outer(context, work, carrier, l4 + rest - work->l3);
}

static __always_inline int split_send(packet_context *context, struct work *work, struct flow *flow, __u32 carrier,
				      const struct next_hop *hop)
{
	__u32 zero = 0, header = work->l4 - work->l3;
	__u32 first = (next_hop_mtu(hop) - carrier_bytes(carrier, 4) - header) & ~7u;
	__u32 rest = work->end - work->l4 - first;
	struct split_end *end = bpf_map_lookup_elem(&split_ends, &zero);
	__be16 field = 0;
	__u16 fragment;

	KEEP_TAKEN(rest);
	if (!end || rest < 1 || rest > SPLIT_END_MAX || packet_load(context, work->l4 + first, end->bytes, rest) ||
	    packet_load(context, work->l3 + 6, &field, sizeof(field)))
		return -1;
	fragment = bpf_ntohs(field);
	work->end = work->l4 + first;
	if (packet_resize(context, work->end) ||
	    split_header(context, work->l3, header + first, fragment | IPV4_MORE_FRAGMENTS) ||
	    put_on(context, work, flow, carrier) || write_link_header(context, hop) ||
	    packet_send_copy(context, hop->ifindex))
		return -1;
	return split_continue(context, work, carrier, end, rest, fragment + first / 8);
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
