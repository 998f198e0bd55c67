// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#define FIRST_FLOW 0

#include "prelude.h"

static __always_inline int balance(struct xdp_md *context, struct floor_kind kind)
{
	struct floor_flow flow;
	struct floor_hop hop;
	__u16 length;
	bool opens;
	__be32 to;

	if (floor_parse((void *)(long)context->data, (void *)(long)context->data_end, &flow, &opens, &length))
		return XDP_PASS;
	to = floor_real_of(&flow, opens, kind.shared);
	if (!to)
		return XDP_PASS;
	if (floor_next_hop(context, &hop, context->ingress_ifindex, to, kind.fib) ||
	    bpf_xdp_adjust_head(context, -(int)sizeof(struct iphdr)) ||
	    floor_write((void *)(long)context->data, (void *)(long)context->data_end, &hop, length, to))
		return XDP_DROP;
	return hop.ifindex == context->ingress_ifindex ? XDP_TX : bpf_redirect(hop.ifindex, 0);
}

SEC("xdp") int floor_fib(struct xdp_md *context)
{
	return balance(context, (struct floor_kind){ true, false });
}

SEC("xdp") int floor_map(struct xdp_md *context)
{
	return balance(context, (struct floor_kind){ false, false });
}

SEC("xdp") int floor_fib_shared(struct xdp_md *context)
{
	return balance(context, (struct floor_kind){ true, true });
}

SEC("xdp") int floor_map_shared(struct xdp_md *context)
{
	return balance(context, (struct floor_kind){ false, true });
}

SEC("xdp") int floor_empty(struct xdp_md *context)
{
	return XDP_PASS;
}

static __always_inline int prelude(struct xdp_md *context, bool fresh)
{
	int grown = (int)(context->data_end - context->data) - PACKET_BYTES;

	if ((grown && bpf_xdp_adjust_head(context, grown)) ||
	    prelude_write((void *)(long)context->data, (void *)(long)context->data_end, fresh))
		return XDP_ABORTED;
	bpf_tail_call(context, &subject, 0);
	return XDP_ABORTED;
}

SEC("xdp") int prelude_same(struct xdp_md *context)
{
	return prelude(context, false);
}

SEC("xdp") int prelude_fresh(struct xdp_md *context)
{
	return prelude(context, true);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
