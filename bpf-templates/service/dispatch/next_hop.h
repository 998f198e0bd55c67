/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* next_hop.h: where the frames for an address go, and sending them there.
 *   next_hop(context, family, address) -> entry or NULL    one array look-up; a FIB look-up once a tick
 *   send(context, hop) -> action
 * The cache is the CPU's own, so nobody else writes an entry while a program reads it. What has no neighbour yet is not
 * cached: the kernel is asked for each packet until it knows.
 */
#ifndef POLC_SERVICE_NEXT_HOP_H
#define POLC_SERVICE_NEXT_HOP_H

#include "../../ticks.h"
#include "../service_maps.h"
#include "../service_packet.h"

#define FIB_IPV4 2 /* AF_INET, AF_INET6 */
#define FIB_IPV6 10

static __always_inline __u32 next_hop_index(const __u64 *address)
{
	__u64 mixed = (address[0] ^ address[1] * 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9;

	return mixed >> 32 & (NEXT_HOPS - 1);
}

/* Fills an entry whose address is written. `tot_len` 1 fits everywhere and makes the kernel tell the route's MTU. */
__noinline int next_hop_find(packet_context *context, struct next_hop *hop)
{
	struct bpf_fib_lookup fib = { .tot_len = 1 };
	long outcome;

	if (!hop)
		return -1;
	fib.ifindex = packet_ifindex(context);
	if (hop->family == 4) {
		fib.family = FIB_IPV4;
		fib.ipv4_src = *(const volatile __be32 *)service.node4;
		fib.ipv4_dst = *(__be32 *)hop->address;
	} else {
		fib.family = FIB_IPV6;
		for (int i = 0; i < 4; i++)
			fib.ipv6_src[i] = ((const volatile __be32 *)service.node6)[i];
		__builtin_memcpy(fib.ipv6_dst, hop->address, 16);
	}
	outcome = bpf_fib_lookup(context, &fib, sizeof(fib), 0);
	hop->resolved = outcome == BPF_FIB_LKUP_RET_SUCCESS;
	hop->ifindex = hop->resolved || outcome == BPF_FIB_LKUP_RET_NO_NEIGH ? fib.ifindex : 0;
	hop->seen = hop->resolved ? ticks() : 0;
	hop->mtu = hop->resolved ? fib.mtu_result : 0; /* without a neighbour the kernel leaves `tot_len` there */
	__builtin_memcpy(hop->to, fib.dmac, ETH_ALEN);
	__builtin_memcpy(hop->from, fib.smac, ETH_ALEN);
	return 0;
}

static __always_inline struct next_hop *next_hop_entry(const __u8 *address)
{
	__u32 index = next_hop_index((const void *)address);

	return bpf_map_lookup_elem(&next_hops, &index);
}

static __always_inline bool next_hop_is(const struct next_hop *hop, __u8 family, const __u8 *address, __u32 now)
{
	const __u64 *known = (const void *)hop->address, *wanted = (const void *)address;

	return known[0] == wanted[0] && known[1] == wanted[1] && hop->family == family && hop->seen == now;
}

static __always_inline struct next_hop *next_hop(packet_context *context, __u8 family, const __u8 *address)
{
	struct next_hop *hop = next_hop_entry(address);

	if (!hop)
		return NULL;
	if (next_hop_is(hop, family, address, ticks()))
		return hop;
	((__u64 *)hop->address)[0] = ((const __u64 *)address)[0];
	((__u64 *)hop->address)[1] = ((const __u64 *)address)[1];
	hop->family = family;
	return next_hop_find(context, hop) ? NULL : hop;
}

/* The link to other nodes may carry less than its route says. */
static __always_inline __u32 next_hop_mtu(const struct next_hop *hop)
{
	__u32 mtu = hop->mtu ? hop->mtu : ETH_DATA_LEN;

	return service.mtu && service.mtu < mtu ? service.mtu : mtu;
}

/* Both addresses by words: clang would take bytes, since struct ethhdr is packed. */
static __always_inline void copy_link_addresses(struct ethhdr *eth, const struct next_hop *hop)
{
	((__u64 *)eth)[0] = ((const __u64 *)hop->to)[0];
	((__u32 *)eth)[2] = ((const __u32 *)hop->to)[2];
}

static __always_inline int write_link_header(packet_context *context, const struct next_hop *hop)
{
	struct ethhdr *eth = packet_data(context);

	if ((void *)(eth + 1) > packet_data_end(context))
		return -1;
	copy_link_addresses(eth, hop);
	return 0;
}

static __always_inline int send(packet_context *context, const struct next_hop *hop)
{
	if (!hop->resolved)
		return packet_send_unresolved(context, hop->ifindex);
	if (write_link_header(context, hop))
		return ACTION_DROP;
	return packet_send(context, hop->ifindex);
}

#endif
