/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* outer.h: IP headers that this node makes.
 *   ipv4_fill(), ipv6_fill()         a whole header, checksum included
 *   outer_hash(family, key)          of a flow: its outer sources and ports differ from other flows', for receive hashing
 *   outer_source4(), outer_source6() the node's address, or one below the prefix that the configuration names
 *   write_front(context, at, &header, size)
 * RFC 6864: a datagram that is never fragmented needs no identification.
 */
#ifndef POLC_SERVICE_OUTER_H
#define POLC_SERVICE_OUTER_H

#include "../checksum.h"
#include "../service_maps.h"
#include "../service_packet.h"

#define OUTER_HOP_LIMIT 64
#define IPV4_DONT_FRAGMENT 0x4000
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET 0x1fff
#define LINK_HEADER_LONGEST 22

static __always_inline __u16 ipv4_sum(const struct iphdr *ip)
{
	const __u32 *words = (const void *)ip;
	__u64 sum = (__u64)words[0] + words[1] + words[2] + words[3] + words[4];
	__u32 folded = sum_fold(sum);

	folded = (folded & 0xffff) + (folded >> 16);
	return ~((folded & 0xffff) + (folded >> 16));
}

static __always_inline void ipv4_fill(struct iphdr *ip, __u8 tos, __u32 length, __u8 proto, __be32 source,
				      __be32 destination)
{
	*(__u16 *)ip = bpf_htons(0x4500 | tos);
	ip->tot_len = bpf_htons(length);
	*(__u32 *)&ip->id = bpf_htonl(IPV4_DONT_FRAGMENT);
	*(__u32 *)&ip->ttl = bpf_htonl(OUTER_HOP_LIMIT << 24 | proto << 16);
	ip->saddr = source;
	ip->daddr = destination;
	ip->check = ipv4_sum(ip);
}

static __always_inline void ipv6_fill(struct ipv6hdr *ip, __u8 class, __u32 label, __u32 length, __u8 next,
				      const __u64 *source, const __u64 *destination)
{
	*(__be32 *)ip = bpf_htonl(6u << 28 | class << 20 | (label & 0xfffff));
	ip->payload_len = bpf_htons(length);
	ip->nexthdr = next;
	ip->hop_limit = OUTER_HOP_LIMIT;
	__builtin_memcpy(&ip->saddr, source, 16);
	__builtin_memcpy(&ip->daddr, destination, 16);
}

/* Of the client's end: fragments after the first have no ports, and may take another way. */
static __always_inline __u32 outer_hash(__u8 family, const union flow_key *key)
{
	const struct flow6_key *v6 = &key->v6;
	__u64 mixed = family == 4 ? (__u64)key->v4.source << 32 | key->v4.ports :
				    v6->source[0] ^ v6->source[1] * 0x9e3779b97f4a7c15 ^ v6->ports;

	mixed = (mixed ^ mixed >> 33) * 0xff51afd7ed558ccd;
	return mixed >> 32;
}

static __always_inline __be32 outer_source4(const union flow_key *key)
{
	__u8 length = service.outer4_length;
	__u32 mask;

	if (!length)
		return *(const volatile __be32 *)service.node4;
	mask = length >= 32 ? 0 : 0xffffffffu >> length;
	return *(const volatile __be32 *)service.outer4 | bpf_htonl(outer_hash(4, key) & mask);
}

/* The last 32 bits vary, as far as they are below the prefix. */
static __always_inline void outer_source6(__u32 hash, __u64 *source)
{
	const volatile __u64 *base = (const volatile __u64 *)(service.outer6_length ? service.outer6 : service.node6);
	__u8 length = service.outer6_length;
	__u32 mask = !length || length >= 128 ? 0 : length <= 96 ? 0xffffffffu : 0xffffffffu >> (length - 96);

	source[0] = base[0];
	source[1] = base[1] | (__u64)bpf_htonl(hash & mask) << 32;
}

static __always_inline int write_front(packet_context *context, __u32 at, const void *header, const __u32 size)
{
	void *to;

	if (at > LINK_HEADER_LONGEST)
		return -1;
	to = packet_data(context) + at;
	if (to + size > packet_data_end(context))
		return -1;
	__builtin_memcpy(to, header, size);
	return 0;
}

/* Traffic class of the packet as it is: an outer header takes it over (RFC 6040, normal mode). */
static __always_inline int traffic_class(packet_context *context, const struct work *work)
{
	__u32 at = work->l3;
	__u8 *ip;

	if (at > LINK_HEADER_LONGEST)
		return -1;
	ip = packet_data(context) + at;
	if ((void *)(ip + 2) > packet_data_end(context))
		return -1;
	return work->family == 4 ? ip[1] : (ip[0] & 15) << 4 | ip[1] >> 4;
}

#endif
