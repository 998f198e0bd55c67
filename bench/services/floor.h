/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* floor.h: the least that an IPIP balancer can do for TCP on IPv4, by hand, in XDP or tc. One look-up of the service, one of the
 * flow; for what has none one place of a Maglev table and of the backends, then it is remembered. One outer header, and the
 * next hop from the kernel's tables for each packet (`fib`) or from a map. No IPv6, no fragments, no TCP state, no path MTU,
 * no tag, no other mode, no collisions, nothing that changes while it runs.
 */
#ifndef FLOOR_H
#define FLOOR_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "floor_abi.h"

#define FIB_IPV4 2 /* AF_INET */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 15);
	__type(key, struct floor_vip);
	__type(value, __u32);
} vips SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 18);
	__type(key, struct floor_flow);
	__type(value, struct floor_real);
} flows SEC(".maps");

/* A ring and FLOOR_BACKENDS a service: measure.c sizes both. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct floor_ring);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOOR_BACKENDS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __be32);
} reals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct floor_hop);
} hops SEC(".maps");

/* jhash of three words, as much as is needed to spread. */
static __always_inline __u32 floor_hash(const struct floor_flow *flow)
{
	__u32 a = flow->source + 0xdeadbeef, b = flow->ports + 0xdeadbeef, c = flow->destination + 0xdeadbeef;

	c ^= b; c -= b << 14 | b >> 18;
	a ^= c; a -= c << 11 | c >> 21;
	b ^= a; b -= a << 25 | a >> 7;
	c ^= b; c -= b << 16 | b >> 16;
	a ^= c; a -= c << 4 | c >> 28;
	b ^= a; b -= a << 14 | a >> 18;
	c ^= b; c -= b << 24 | b >> 8;
	return c;
}

static __always_inline int floor_parse(void *data, void *end, struct floor_flow *flow, bool *opens, __u16 *length)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(tcp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 || ip->protocol != IPPROTO_TCP ||
	    ip->frag_off & bpf_htons(0x3fff))
		return -1;
	flow->source = ip->saddr;
	flow->destination = ip->daddr;
	flow->ports = *(__u32 *)tcp;
	flow->proto = IPPROTO_TCP;
	*opens = tcp->syn && !tcp->ack;
	*length = bpf_ntohs(ip->tot_len);
	return 0;
}

/* What a balancer is asked to do: a FIB look-up for each packet, and whether all services share the backends of the first. */
struct floor_kind {
	bool fib, shared;
};

static __always_inline __be32 floor_choose(const struct floor_flow *flow, __u32 service)
{
	const struct floor_ring *ring = bpf_map_lookup_elem(&rings, &service);
	struct floor_real real = {};
	__be32 *address;
	__u32 place = floor_hash(flow) % FLOOR_RING, at;

	asm volatile("" : "+r"(place)); /* the compiler knows that it fits, the verifier has to see it */
	if (!ring || place >= FLOOR_RING)
		return 0;
	at = service * FLOOR_BACKENDS + ring->places[place];
	address = bpf_map_lookup_elem(&reals, &at);
	if (!address)
		return 0;
	real.address = *address;
	real.seen_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&flows, flow, &real, BPF_ANY);
	return real.address;
}

static __always_inline __be32 floor_real_of(const struct floor_flow *flow, bool opens, bool shared)
{
	struct floor_vip vip = { flow->destination, flow->ports >> 16, IPPROTO_TCP };
	__u32 *service = bpf_map_lookup_elem(&vips, &vip);
	struct floor_real *real;

	if (!service)
		return 0;
	real = opens ? NULL : bpf_map_lookup_elem(&flows, flow);
	return real ? real->address : floor_choose(flow, shared ? 0 : *service);
}

static __always_inline void floor_outer(struct iphdr *outer, __u16 inner, __be32 source, __be32 destination)
{
	__u32 *words = (__u32 *)outer;
	__u64 sum;
	__u32 folded;

	*(__u16 *)outer = bpf_htons(0x4500);
	outer->tot_len = bpf_htons(inner + sizeof(*outer));
	words[1] = bpf_htonl(0x4000);
	words[2] = bpf_htonl(64 << 24 | IPPROTO_IPIP << 16);
	words[3] = source;
	words[4] = destination;
	sum = (__u64)words[0] + words[1] + words[2] + words[3] + words[4];
	folded = (sum & 0xffffffff) + (sum >> 32);
	folded = (folded & 0xffff) + (folded >> 16);
	folded = (folded & 0xffff) + (folded >> 16);
	outer->check = ~folded;
}

static __always_inline int floor_next_hop(void *context, struct floor_hop *hop, __u32 ifindex, __be32 to, bool fib)
{
	struct bpf_fib_lookup lookup = { .family = FIB_IPV4 };
	__u32 zero = 0;
	struct floor_hop *known = bpf_map_lookup_elem(&hops, &zero);

	if (!known)
		return -1;
	*hop = *known;
	if (!fib)
		return 0;
	lookup.ifindex = ifindex;
	lookup.ipv4_src = known->node;
	lookup.ipv4_dst = to;
	lookup.tot_len = 1;
	if (bpf_fib_lookup(context, &lookup, sizeof(lookup), 0))
		return -1;
	__builtin_memcpy(hop->to, lookup.dmac, ETH_ALEN);
	__builtin_memcpy(hop->from, lookup.smac, ETH_ALEN);
	hop->ifindex = lookup.ifindex;
	return 0;
}

static __always_inline int floor_write(void *data, void *end, const struct floor_hop *hop, __u16 length, __be32 to)
{
	struct ethhdr *eth = data;
	struct iphdr *outer = (void *)(eth + 1);

	if ((void *)(outer + 1) > end)
		return -1;
	((__u64 *)eth)[0] = ((const __u64 *)hop->to)[0];
	((__u32 *)eth)[2] = ((const __u32 *)hop->to)[2];
	*(__be16 *)(data + 12) = bpf_htons(ETH_P_IP);
	floor_outer(outer, length, hop->node, to);
	return 0;
}

#endif
