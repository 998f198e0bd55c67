/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* parse.h: from bytes to a connection key.
 *
 *   parse(context, ipv6, &packet, &key) -> enum parsed, or DROP(reason)
 *
 * TCP on IPv6 without extension headers is read directly, the rest of the transport headers by helper; fast_path.h has
 * had its look at TCP on plain IPv4. The packet is zero before; the key need not be.
 */
#ifndef POLC_PARSE_H
#define POLC_PARSE_H

#include "packet.h"

#define IPV4_OFFSET_MASK 0x1fff
#define IPV4_MORE_FRAGMENTS 0x2000
#define EXTENSIONS_MAX 6
#define OPTIONS_MAX 40

/* RFC 791: loose and strict source routes say that the destination is another one than the header's. */
static __always_inline int check_options(struct __sk_buff *context, __u32 offset, __u32 end)
{
	for (int i = 0; i < OPTIONS_MAX && offset < end; i++) {
		__u8 option[2] = {};

		if (packet_load(context, offset, option, 1))
			return DROP(TRUNCATED);
		if (option[0] == 0)
			return 0;
		if (option[0] == 131 || option[0] == 137)
			return DROP(SOURCE_ROUTE);
		if (option[0] == 1) {
			offset++;
			continue;
		}
		if (offset + 2 > end || packet_load(context, offset, option, 2))
			return DROP(TRUNCATED);
		if (option[1] < 2 || offset + option[1] > end)
			return DROP(HEADER);
		offset += option[1];
	}
	return 0;
}

/* RFC 1858, 3128: a first fragment without the whole transport header, or a second that overlaps it, is an attack. */
static __always_inline int fragment_offset_allowed(__u32 bytes)
{
	return bytes >= sizeof(struct tcphdr);
}

static __always_inline int parse_ipv4(struct __sk_buff *context, struct packet *p, struct key4 *key)
{
	void *data = packet_data(context), *end = packet_data_end(context);
	struct iphdr *ip = data + ETH_HLEN;
	struct ends ends = {};
	__u32 length, fragment;
	__be32 source, destination;
	int outcome;
	__u8 ttl;

	if ((void *)(ip + 1) > end)
		return DROP(TRUNCATED);
	length = bpf_ntohs(ip->tot_len);
	if (!length && packet_is_aggregate(context))
		length = packet_length(context) - ETH_HLEN; /* BIG TCP */
	p->family = 4;
	p->proto = ip->protocol;
	p->l4 = ETH_HLEN + ip->ihl * 4;
	p->end = ETH_HLEN + length;
	if (ip->version != 4 || ip->ihl < 5 || p->l4 > p->end)
		return DROP(HEADER);
	if (p->end > packet_length(context))
		return DROP(TRUNCATED);
	ttl = ip->ttl;
	source = ip->saddr;
	destination = ip->daddr;
	fragment = bpf_ntohs(ip->frag_off) & (IPV4_OFFSET_MASK | IPV4_MORE_FRAGMENTS);
	p->fragment_id = ip->id;

	outcome = ip->ihl > 5 ? check_options(context, ETH_HLEN + sizeof(*ip), p->l4) : 0;
	if (outcome)
		return outcome;
	if (fragment & IPV4_OFFSET_MASK) {
		outcome = fragment_offset_allowed((fragment & IPV4_OFFSET_MASK) * 8) ? PARSED_FRAGMENT : DROP(HEADER);
	} else {
		p->fragmented = fragment;
		outcome = parse_transport(context, p, ttl, &ends);
	}
	key4_fill(p, key, source, destination, &ends);
	return outcome;
}

/* RFC 8200: the chain of extension headers, up to the transport header. Routing headers with hops left say that the
 * destination is another one than the header's.
 */
static __always_inline int parse_extensions(struct __sk_buff *context, struct packet *p)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		struct {
			__u8 next, length, word[2];
			__be32 id;
		} header = {};
		__u32 size;

		if (p->proto != IPPROTO_HOPOPTS && p->proto != IPPROTO_ROUTING && p->proto != IPPROTO_FRAGMENT &&
		    p->proto != IPPROTO_DSTOPTS && p->proto != IPPROTO_AH)
			return PARSED_FLOW;
		if (p->l4 + sizeof(header) > p->end || packet_load(context, p->l4, &header, sizeof(header)))
			return DROP(TRUNCATED);
		if (p->proto == IPPROTO_ROUTING && header.word[1])
			return DROP(SOURCE_ROUTE);
		size = p->proto == IPPROTO_AH ? (header.length + 2) * 4 : (header.length + 1) * 8;
		if (p->proto == IPPROTO_FRAGMENT) {
			__u32 fragment = header.word[0] << 8 | header.word[1];

			size = sizeof(header);
			p->fragment_id = header.id;
			p->fragmented = fragment & 1;
			if (fragment & ~7u) {
				p->proto = header.next;
				return fragment_offset_allowed(fragment & ~7u) ? PARSED_FRAGMENT : DROP(HEADER);
			}
		}
		p->proto = header.next;
		p->l4 += size;
		if (p->l4 > p->end)
			return DROP(TRUNCATED);
	}
	return DROP(EXTENSION);
}

static __always_inline int parse_ipv6(struct __sk_buff *context, struct packet *p, struct key6 *key)
{
	void *data = packet_data(context), *end = packet_data_end(context);
	struct ipv6hdr *ip = data + ETH_HLEN;
	struct tcphdr *tcp = (void *)(ip + 1);
	__u64 source[2], destination[2];
	struct ends ends = {};
	__u32 length;
	__u8 hop_limit;
	int outcome;

	if ((void *)(ip + 1) > end)
		return DROP(TRUNCATED);
	length = bpf_ntohs(ip->payload_len) + sizeof(*ip);
	if (length == sizeof(*ip) && packet_is_aggregate(context))
		length = packet_length(context) - ETH_HLEN; /* BIG TCP */
	p->family = 6;
	p->proto = ip->nexthdr;
	p->l4 = ETH_HLEN + sizeof(*ip);
	p->end = ETH_HLEN + length;
	if (ip->version != 6)
		return DROP(HEADER);
	if (p->end > packet_length(context))
		return DROP(TRUNCATED);
	hop_limit = ip->hop_limit;
	__builtin_memcpy(source, &ip->saddr, sizeof(source));
	__builtin_memcpy(destination, &ip->daddr, sizeof(destination));

	if (p->proto == IPPROTO_TCP && (void *)(tcp + 1) <= end) {
		outcome = parse_tcp(p, tcp, &ends);
	} else {
		outcome = parse_extensions(context, p);
		if (outcome == PARSED_FLOW)
			outcome = parse_transport(context, p, hop_limit, &ends);
	}
	key6_fill(p, key, source, destination, &ends);
	return outcome;
}

/* The headers in the linear part of the packet, where direct reads reach them. */
static __always_inline int pull_headers(struct __sk_buff *context)
{
	__u32 want = ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(struct tcphdr);

	if (packet_data(context) + want <= packet_data_end(context))
		return 0;
	return packet_pull(context, packet_length(context) < want ? packet_length(context) : want);
}

static __always_inline int parse(struct __sk_buff *context, bool ipv6, struct packet *p, union connection_key *key)
{
	struct ethhdr *eth;

	if (pull_headers(context))
		return DROP(TRUNCATED);
	eth = packet_data(context);
	if ((void *)(eth + 1) > packet_data_end(context))
		return DROP(TRUNCATED);
	if (packet_has_vlan(context))
		return DROP(ETHERTYPE);
	switch (eth->h_proto) {
	case bpf_htons(ETH_P_IP):
		return parse_ipv4(context, p, &key->v4);
	case bpf_htons(ETH_P_IPV6):
		return ipv6 ? parse_ipv6(context, p, &key->v6) : DROP(FAMILY);
	case bpf_htons(ETH_P_ARP):
		p->link = LINK_ARP;
		return PARSED_LINK;
	default:
		return DROP(ETHERTYPE);
	}
}

#endif
