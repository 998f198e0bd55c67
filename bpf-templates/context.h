/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* context.h: how a program of tc reaches its packet, and what it answers. All other headers go through here: a program of
 * another kind needs a context of its own and nothing else.
 */
#ifndef POLC_CONTEXT_H
#define POLC_CONTEXT_H

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

enum judgement { PACKET_PASS, PACKET_DROP };

/* TC_ACT_UNSPEC: whatever else is attached goes on from here. */
static __always_inline int answer(enum judgement judgement)
{
	return judgement == PACKET_PASS ? TC_ACT_UNSPEC : TC_ACT_SHOT;
}

static __always_inline void *packet_data(const struct __sk_buff *context)
{
	return (void *)(long)context->data;
}

static __always_inline void *packet_data_end(const struct __sk_buff *context)
{
	return (void *)(long)context->data_end;
}

static __always_inline __u32 packet_length(const struct __sk_buff *context)
{
	return context->len;
}

static __always_inline bool packet_has_vlan(const struct __sk_buff *context)
{
	return context->vlan_present;
}

/* Is it an aggregate of several packets, as segmentation offload makes them? */
static __always_inline bool packet_is_aggregate(const struct __sk_buff *context)
{
	return context->gso_size;
}

static __always_inline long packet_load(struct __sk_buff *context, __u32 offset, void *to, __u32 size)
{
	return bpf_skb_load_bytes(context, offset, to, size);
}

/* Brings the first bytes to where direct reads reach them. */
static __always_inline long packet_pull(struct __sk_buff *context, __u32 size)
{
	return bpf_skb_pull_data(context, size);
}

#endif
