// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "floor.h"

#include <linux/pkt_cls.h>

#define ROOM (BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_ENCAP_L3_IPV4)

static __always_inline int balance(struct __sk_buff *context, bool fib)
{
	struct floor_flow flow;
	struct floor_hop hop;
	__u16 length;
	bool opens;
	__be32 to;

	if (floor_parse((void *)(long)context->data, (void *)(long)context->data_end, &flow, &opens, &length))
		return TC_ACT_UNSPEC;
	to = floor_real_of(&flow, opens);
	if (!to)
		return TC_ACT_UNSPEC;
	if (floor_next_hop(context, &hop, context->ifindex, to, fib) ||
	    bpf_skb_adjust_room(context, sizeof(struct iphdr), BPF_ADJ_ROOM_MAC, ROOM) ||
	    floor_write((void *)(long)context->data, (void *)(long)context->data_end, &hop, length, to))
		return TC_ACT_SHOT;
	return bpf_redirect(hop.ifindex, 0);
}

SEC("tc") int floor_fib(struct __sk_buff *context)
{
	return balance(context, true);
}

SEC("tc") int floor_map(struct __sk_buff *context)
{
	return balance(context, false);
}

SEC("tc") int floor_empty(struct __sk_buff *context)
{
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
