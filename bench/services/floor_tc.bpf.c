// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#define FIRST_FLOW 1600000

#include "prelude.h"

#include <linux/pkt_cls.h>

/* Plain packets: aggregates would need flags for the kernel to cut them. */
#define ROOM BPF_F_ADJ_ROOM_FIXED_GSO

static __always_inline int balance(struct __sk_buff *context, struct floor_kind kind)
{
	struct floor_flow flow;
	struct floor_hop hop;
	__u16 length;
	bool opens;
	__be32 to;

	if (floor_parse((void *)(long)context->data, (void *)(long)context->data_end, &flow, &opens, &length))
		return TC_ACT_UNSPEC;
	to = floor_real_of(&flow, opens, kind.shared);
	if (!to)
		return TC_ACT_UNSPEC;
	if (floor_next_hop(context, &hop, context->ifindex, to, kind.fib) ||
	    bpf_skb_adjust_room(context, sizeof(struct iphdr), BPF_ADJ_ROOM_MAC, ROOM) ||
	    floor_write((void *)(long)context->data, (void *)(long)context->data_end, &hop, length, to))
		return TC_ACT_SHOT;
	return bpf_redirect(hop.ifindex, 0);
}

SEC("tc") int floor_fib(struct __sk_buff *context)
{
	return balance(context, (struct floor_kind){ true, false });
}

SEC("tc") int floor_map(struct __sk_buff *context)
{
	return balance(context, (struct floor_kind){ false, false });
}

SEC("tc") int floor_fib_shared(struct __sk_buff *context)
{
	return balance(context, (struct floor_kind){ true, true });
}

SEC("tc") int floor_map_shared(struct __sk_buff *context)
{
	return balance(context, (struct floor_kind){ false, true });
}

SEC("tc") int floor_empty(struct __sk_buff *context)
{
	return TC_ACT_UNSPEC;
}

static __always_inline int prelude(struct __sk_buff *context, bool fresh)
{
	int grown = (int)context->len - PACKET_BYTES;

	if ((grown && bpf_skb_adjust_room(context, -grown, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO)) ||
	    prelude_write((void *)(long)context->data, (void *)(long)context->data_end, fresh))
		return TC_ACT_SHOT;
	bpf_tail_call(context, &subject, 0);
	return TC_ACT_SHOT;
}

SEC("tc") int prelude_same(struct __sk_buff *context)
{
	return prelude(context, false);
}

SEC("tc") int prelude_fresh(struct __sk_buff *context)
{
	return prelude(context, true);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
