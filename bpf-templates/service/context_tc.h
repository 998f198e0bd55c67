/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* context_tc.h: how a program of tc reaches and changes its packet, and what it answers. context_xdp.h has the same functions
 * for XDP. A program includes one of them before all other headers of services, which use nothing else.
 *
 * Every function that moves or changes the packet makes pointers into it invalid.
 */
#ifndef POLC_SERVICE_CONTEXT_H
#define POLC_SERVICE_CONTEXT_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "checksum.h"

typedef struct __sk_buff packet_context;

/* ACTION_PASS: whatever else is attached goes on from here. */
#define ACTION_PASS TC_ACT_UNSPEC
#define ACTION_DROP TC_ACT_SHOT
#define UNDECIDED 256 /* no action yet: the next step has its turn */

#ifndef BPF_F_IPV6
#define BPF_F_IPV6 (1ULL << 7)
#endif

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
	return context->len;
}

/* The interface that it is at. */
static __always_inline __u32 packet_ifindex(const packet_context *context)
{
	return context->ifindex;
}

/* A VLAN tag that is not in the bytes. */
static __always_inline bool packet_has_vlan(const packet_context *context)
{
	return context->vlan_present;
}

/* Payload of each packet that an aggregate will be cut into; 0: it is one packet. */
static __always_inline __u32 packet_segment(const packet_context *context)
{
	return context->gso_size;
}

static __always_inline long packet_load(packet_context *context, __u32 offset, void *to, __u32 size)
{
	return bpf_skb_load_bytes(context, offset, to, size);
}

/* Who stores keeps the sum of all bytes as it was, or the packet gets checksums of its own afterwards. */
static __always_inline long packet_store(packet_context *context, __u32 offset, const void *from, __u32 size)
{
	return bpf_skb_store_bytes(context, offset, from, size, 0);
}

/* Brings the first bytes to where direct reads and writes reach them. */
static __always_inline long packet_pull(packet_context *context, __u32 size)
{
	return bpf_skb_pull_data(context, size);
}

/* The checksum at `at` covers a pseudo header whose addresses have changed by `diff`, as bpf_csum_diff has it. Of UDP: 0
 * stays 0. Kernels before 6.16 do not know BPF_F_IPV6, without which they lose the sum that hardware made of the packet.
 */
static __always_inline long packet_mend_addresses(packet_context *context, __u32 at, __u32 diff, __u8 family, bool udp)
{
	__u64 flags = BPF_F_PSEUDO_HDR | (udp ? BPF_F_MARK_MANGLED_0 : 0);

	if (family == 6 && !bpf_l4_csum_replace(context, at, 0, diff, flags | BPF_F_IPV6))
		return 0;
	return bpf_l4_csum_replace(context, at, 0, diff, flags);
}

/* The bytes that the checksum at `at` covers have changed by `diff`. */
static __always_inline long packet_mend_bytes(packet_context *context, __u32 at, __u32 diff, bool udp)
{
	return bpf_l4_csum_replace(context, at, 0, diff, udp ? BPF_F_MARK_MANGLED_0 : 0);
}

static __always_inline __u16 *packet_checksum(packet_context *context, __u32 at)
{
	__u16 *checksum = packet_data(context) + at;

	return (void *)(checksum + 1) > packet_data_end(context) ? NULL : checksum;
}

/* What the kernel says of a packet's checksum; CHECKSUM_UNKNOWN if this kernel does not tell programs. */
enum checksum_state { CHECKSUM_NONE, CHECKSUM_UNNECESSARY, CHECKSUM_COMPLETE, CHECKSUM_PARTIAL, CHECKSUM_UNKNOWN };

struct sk_buff___checksum {
	__u8 ip_summed : 2;
} __attribute__((preserve_access_index));

extern void *bpf_cast_to_kern_ctx(void *context) __ksym __weak;

static __always_inline enum checksum_state packet_checksum_state(packet_context *context)
{
	const struct sk_buff___checksum *skb;

	if (!bpf_cast_to_kern_ctx)
		return CHECKSUM_UNKNOWN;
	skb = bpf_cast_to_kern_ctx(context);
	return BPF_CORE_READ_BITFIELD(skb, ip_summed);
}

/* The same for addresses and ports at once, by one call of the helper, where direct reads reach. Whether the checksum is
 * partial is seen by what the helper does for the addresses: a partial one grows by their difference, a complete one shrinks by
 * it, and both are the same only if there is none.
 */
static __always_inline long packet_mend_both_by_helper(packet_context *context, __u32 at, __u32 addresses, __u32 ports,
						       __u8 family, bool udp)
{
	__u16 *checksum = packet_checksum(context, at);
	__u32 grown;

	if (!checksum)
		return -1;
	addresses = sum_fold16(addresses);
	grown = sum_fold16(*checksum + addresses);
	if (packet_mend_addresses(context, at, addresses, family, udp))
		return -1;
	if (!addresses || addresses == 0xffff)
		return packet_mend_bytes(context, at, ports, udp);
	checksum = packet_checksum(context, at);
	if (!checksum)
		return -1;
	if (*checksum == grown || (udp && !*checksum))
		return 0;
	grown = sum_mended(*checksum, ports);
	*checksum = udp && !grown ? 0xffff : grown;
	return 0;
}

/* The same without a call. Of a partial checksum only the pseudo header's sum is there. Where hardware has summed the whole
 * packet, that sum changes as well, and the helper alone can write it.
 */
static __always_inline long packet_mend_both(packet_context *context, __u32 at, __u32 addresses, __u32 ports, __u8 family,
					     bool udp)
{
	enum checksum_state state = packet_checksum_state(context);
	__u16 *checksum;
	__u32 sum;

	if (state == CHECKSUM_COMPLETE || state == CHECKSUM_UNKNOWN)
		return packet_mend_both_by_helper(context, at, addresses, ports, family, udp);
	checksum = packet_checksum(context, at);
	if (!checksum)
		return -1;
	sum = *checksum;
	if (udp && !sum)
		return 0;
	sum = state == CHECKSUM_PARTIAL ? sum_fold16(sum + sum_fold16(addresses)) : sum_mended(sum, diff_both(addresses, ports));
	*checksum = udp && !sum ? 0xffff : sum;
	return 0;
}

/* Makes or takes room for `bytes` between the link's header, of l3 bytes, and IP. `flags`: BPF_F_ADJ_ROOM_*. */
static __always_inline long packet_grow_before_ip(packet_context *context, __u32 l3, __u32 bytes, __u64 flags)
{
	return bpf_skb_adjust_room(context, bytes, BPF_ADJ_ROOM_MAC, flags);
}

static __always_inline long packet_shrink_before_ip(packet_context *context, __u32 l3, __u32 bytes, __u64 flags)
{
	return bpf_skb_adjust_room(context, -(__s32)bytes, BPF_ADJ_ROOM_MAC, flags);
}

/* Before the whole packet, whose link header is written anew afterwards. Not for aggregates. */
static __always_inline long packet_grow_in_front(packet_context *context, __u32 bytes)
{
	return bpf_skb_adjust_room(context, bytes, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO);
}

/* The same behind the fixed header of IP. */
static __always_inline long packet_grow_after_ip(packet_context *context, __u32 l3, __u8 family, __u32 bytes, __u64 flags)
{
	return bpf_skb_adjust_room(context, bytes, BPF_ADJ_ROOM_NET, flags);
}

static __always_inline long packet_shrink_after_ip(packet_context *context, __u32 l3, __u8 family, __u32 bytes,
						   __u64 flags)
{
	return bpf_skb_adjust_room(context, -(__s32)bytes, BPF_ADJ_ROOM_NET, flags);
}

/* Changes the length at the end: for answers made of the packet that they answer. */
static __always_inline long packet_resize(packet_context *context, __u32 length)
{
	return bpf_skb_change_tail(context, length, 0);
}

/* Writes what the sum of all bytes has to take into account, for packets that go up the stack. */
static __always_inline long packet_store_counted(packet_context *context, __u32 offset, const void *from, __u32 size)
{
	return bpf_skb_store_bytes(context, offset, from, size, BPF_F_RECOMPUTE_CSUM);
}

/* Of packet_grow_before_ip, where an outer header is put on. Only aggregates need to be told apart from plain packets, and
 * their segments stay what the sender made.
 */
static __always_inline __u64 packet_encapsulation(const packet_context *context, __u8 family, bool udp)
{
	if (!context->gso_size)
		return BPF_F_ADJ_ROOM_FIXED_GSO;
	return BPF_F_ADJ_ROOM_FIXED_GSO | (udp ? BPF_F_ADJ_ROOM_ENCAP_L4_UDP : 0) |
	       (family == 4 ? BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 : BPF_F_ADJ_ROOM_ENCAP_L3_IPV6);
}

/* Of all other changes of room. */
#define PACKET_KEEP_SEGMENTS BPF_F_ADJ_ROOM_FIXED_GSO

/* Can packets be sent from here to this next hop? */
static __always_inline bool packet_can_send(const packet_context *context, __u32 ifindex, bool resolved)
{
	return true;
}

/* A tag that came beside the bytes is of the link that it came by. */
static __always_inline void packet_leave_link(packet_context *context, __u32 ifindex)
{
	if (context->vlan_present && context->ifindex != ifindex)
		bpf_skb_vlan_pop(context);
}

/* Out of an interface as it is, link header included. */
static __always_inline int packet_send(packet_context *context, __u32 ifindex)
{
	packet_leave_link(context, ifindex);
	return bpf_redirect(ifindex, 0);
}

/* The kernel finds out the neighbour for the destination address, and sends then. */
static __always_inline int packet_send_unresolved(packet_context *context, __u32 ifindex)
{
	packet_leave_link(context, ifindex);
	return bpf_redirect_neigh(ifindex, NULL, 0, 0);
}

/* One packet can become two: a copy is sent, and the packet is still there. */
#define PACKET_HAS_COPIES true

static __always_inline long packet_send_copy(packet_context *context, __u32 ifindex)
{
	return bpf_clone_redirect(context, ifindex, 0);
}

#endif
