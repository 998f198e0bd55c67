/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* context_xdp.h: how a program of XDP reaches and changes its packet, and what it answers. context_tc.h has the same functions
 * for tc. A program includes one of them before all other headers of services, which use nothing else.
 *
 * Every function that moves or changes the packet makes pointers into it invalid.
 */
#ifndef POLC_SERVICE_CONTEXT_H
#define POLC_SERVICE_CONTEXT_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "checksum.h"

typedef struct xdp_md packet_context;

#define ACTION_PASS XDP_PASS
#define ACTION_DROP XDP_DROP
#define UNDECIDED 256 /* no action yet: the next step has its turn */

#define LINK_HEADER_MAX (ETH_HLEN + 8) /* two VLAN tags */

static __always_inline void *packet_data(const packet_context *context)
{
	return (void *)(long)context->data;
}

static __always_inline void *packet_data_end(const packet_context *context)
{
	return (void *)(long)context->data_end;
}

static __always_inline __u32 packet_length(packet_context *context)
{
	return bpf_xdp_get_buff_len(context);
}

/* The interface that it is at. */
static __always_inline __u32 packet_ifindex(const packet_context *context)
{
	return context->ingress_ifindex;
}

/* Here tags are in the bytes. */
static __always_inline bool packet_has_vlan(const packet_context *context)
{
	return false;
}

/* Aggregates are made after XDP. */
static __always_inline __u32 packet_segment(const packet_context *context)
{
	return 0;
}

static __always_inline long packet_load(packet_context *context, __u32 offset, void *to, __u32 size)
{
	return bpf_xdp_load_bytes(context, offset, to, size);
}

static __always_inline long packet_store(packet_context *context, __u32 offset, const void *from, __u32 size)
{
	return bpf_xdp_store_bytes(context, offset, (void *)from, size);
}

/* What XDP has not got in its first buffer it cannot bring there. */
static __always_inline long packet_pull(packet_context *context, __u32 size)
{
	return packet_data(context) + size <= packet_data_end(context) ? 0 : -1;
}

static __always_inline long packet_mend_bytes(packet_context *context, __u32 at, __u32 diff, bool udp)
{
	__u16 *checksum;
	__u32 sum;

	if (at > 0xfff)
		return -1;
	checksum = packet_data(context) + at;
	if ((void *)(checksum + 1) > packet_data_end(context))
		return -1;
	if (udp && !*checksum)
		return 0;
	sum = (__u16)~*checksum + (diff & 0xffff) + (diff >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (__u16)~sum;
	*checksum = udp && !sum ? 0xffff : sum;
	return 0;
}

/* All sums are complete here: a pseudo header is like any other bytes. */
static __always_inline long packet_mend_addresses(packet_context *context, __u32 at, __u32 diff, __u8 family, bool udp)
{
	return packet_mend_bytes(context, at, diff, udp);
}

static __always_inline long packet_mend_both(packet_context *context, __u32 at, __u32 addresses, __u32 ports, __u8 family,
					     bool udp)
{
	return packet_mend_bytes(context, at, diff_both(addresses, ports), udp);
}

/* Moves the first bytes of the packet by `bytes`, forward to grow. l3 is ETH_HLEN and none, one or two tags. Not inline: all
 * functions of a call chain share 512 bytes of stack.
 */
static __noinline long packet_move_front(packet_context *context, __u32 front, __s32 bytes)
{
	__u8 header[LINK_HEADER_MAX + 40] = {};

	if (front < ETH_HLEN || front > sizeof(header) || bpf_xdp_load_bytes(context, 0, header, front))
		return -1;
	if (bpf_xdp_adjust_head(context, -bytes))
		return -1;
	return bpf_xdp_store_bytes(context, 0, header, front);
}

/* The same for a link's header without tags, which fits into registers. */
static __always_inline long packet_move_ethernet(packet_context *context, __s32 bytes)
{
	struct ethhdr *eth = packet_data(context), header;

	if ((void *)(eth + 1) > packet_data_end(context))
		return -1;
	header = *eth;
	if (bpf_xdp_adjust_head(context, -bytes))
		return -1;
	eth = packet_data(context);
	if ((void *)(eth + 1) > packet_data_end(context))
		return -1;
	*eth = header;
	return 0;
}

/* Makes or takes room for `bytes` between the link's header, of l3 bytes, and IP. `flags` are tc's. */
static __always_inline long packet_grow_before_ip(packet_context *context, __u32 l3, __u32 bytes, __u64 flags)
{
	return l3 == ETH_HLEN ? packet_move_ethernet(context, bytes) : packet_move_front(context, l3, bytes);
}

static __always_inline long packet_shrink_before_ip(packet_context *context, __u32 l3, __u32 bytes, __u64 flags)
{
	return packet_move_front(context, l3, -(__s32)bytes);
}

/* Before the whole packet, whose link header is written anew afterwards. */
static __always_inline long packet_grow_in_front(packet_context *context, __u32 bytes)
{
	return bpf_xdp_adjust_head(context, -(__s32)bytes);
}

/* The same for headers of Ethernet and IPv4, word by word. */
static __always_inline long packet_move_ipv4(packet_context *context, const __u32 bytes)
{
	const __u32 front = ETH_HLEN + 20;
	void *data;

	if (bpf_xdp_adjust_head(context, -(__s32)bytes))
		return -1;
	data = packet_data(context);
	if (data + front + bytes > packet_data_end(context))
		return -1;
#pragma unroll
	for (__u32 at = 0; at + sizeof(__u64) <= front; at += sizeof(__u64))
		*(__u64 *)(data + at) = *(__u64 *)(data + at + bytes);
	*(__u16 *)(data + front - sizeof(__u16)) = *(__u16 *)(data + front - sizeof(__u16) + bytes);
	return 0;
}

/* The same behind the fixed header of IP. */
static __always_inline long packet_grow_after_ip(packet_context *context, __u32 l3, __u8 family, const __u32 bytes,
						 __u64 flags)
{
	if (family == 4 && l3 == ETH_HLEN)
		return packet_move_ipv4(context, bytes);
	return packet_move_front(context, l3 + (family == 4 ? 20 : 40), bytes);
}

static __always_inline long packet_shrink_after_ip(packet_context *context, __u32 l3, __u8 family, __u32 bytes,
						   __u64 flags)
{
	return packet_move_front(context, l3 + (family == 4 ? 20 : 40), -(__s32)bytes);
}

/* Changes the length at the end: for answers made of the packet that they answer. */
static __always_inline long packet_resize(packet_context *context, __u32 length)
{
	return bpf_xdp_adjust_tail(context, (__s32)length - (__s32)packet_length(context));
}

static __always_inline long packet_store_counted(packet_context *context, __u32 offset, const void *from, __u32 size)
{
	return packet_store(context, offset, from, size);
}

/* Aggregates are made after XDP: there is nothing to tell. */
static __always_inline __u64 packet_encapsulation(const packet_context *context, __u8 family, bool udp)
{
	return 0;
}

#define PACKET_KEEP_SEGMENTS 0

/* Only to neighbours that are known, and out of the same interface: whether another one's driver takes frames from XDP nobody
 * says, and it would lose them. What cannot be sent from here passes unchanged, and the program of tc behind sends it.
 */
static __always_inline bool packet_can_send(const packet_context *context, __u32 ifindex, bool resolved)
{
	return resolved && ifindex == context->ingress_ifindex;
}

/* Out of an interface as it is, link header included. */
static __always_inline int packet_send(packet_context *context, __u32 ifindex)
{
	return XDP_TX;
}

static __always_inline int packet_send_unresolved(packet_context *context, __u32 ifindex)
{
	return XDP_DROP;
}

#define PACKET_HAS_COPIES false

static __always_inline long packet_send_copy(packet_context *context, __u32 ifindex)
{
	return -1;
}

#endif
