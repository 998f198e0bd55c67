/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* service_parse.h: from bytes to the tuple of a flow.
 *   parse_packet(context, work) -> enum parsed     keeps work->hook and work->received, sets the rest
 * All reads are by helper: what most packets are, plain_packet.h has read before.
 */
#ifndef POLC_SERVICE_PARSE_H
#define POLC_SERVICE_PARSE_H

#include "service_packet.h"

enum parsed {
	PARSED_FLOW,      /* the tuple is there; of a later fragment without ports */
	PARSED_OTHER,     /* IP of another kind: addresses and protocol */
	PARSED_MALFORMED, /* addresses and protocol, and then what contradicts itself or is cut short */
	PARSED_NOTHING,   /* no IP, or not even its header */
};

#define IPV4_OFFSET_MASK 0x1fff
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_DONT_FRAGMENT 0x4000
#define EXTENSIONS_MAX 6
#define VLAN_TAGS_MAX 2

/* RFC 9260, section 3.2: types of the first chunk. */
enum sctp_chunk { SCTP_INIT = 1, SCTP_INIT_ACK = 2, SCTP_ABORT = 6, SCTP_SHUTDOWN_COMPLETE = 14 };

static __always_inline void parse_tcp_flags(struct work *work, __u8 flags)
{
	work->opens = (flags & 0x12) == 0x02;
	work->answers = (flags & 0x12) == 0x12;
	work->fin = flags & 0x01;
	work->rst = flags >> 2 & 1;
}

/* The transport header of what has ports. */
static __always_inline int parse_ports(packet_context *context, struct work *work)
{
	struct {
		__u32 ports;
		__u8 rest[10];
		__u16 unused;
	} header = {};
	__u32 size = work->proto == IPPROTO_UDP ? 8 : 14;

	if (work->l4 + 8 > work->end || packet_load(context, work->l4, &header, 8))
		return PARSED_MALFORMED;
	if (size > 8) {
		if (work->l4 + size > work->end || packet_load(context, work->l4 + 8, header.rest + 4, 6))
			return PARSED_MALFORMED;
	}
	work_ports(work, header.ports, work->proto);
	if (work->proto == IPPROTO_TCP) {
		__u32 length = (header.rest[8] >> 4) * 4;

		if (length < sizeof(struct tcphdr) || work->l4 + length > work->end)
			return PARSED_MALFORMED;
		parse_tcp_flags(work, header.rest[9]);
	} else if (work->proto == IPPROTO_SCTP) {
		work->opens = header.rest[8] == SCTP_INIT;
		work->answers = header.rest[8] == SCTP_INIT_ACK;
		work->rst = header.rest[8] == SCTP_ABORT || header.rest[8] == SCTP_SHUTDOWN_COMPLETE;
	}
	return PARSED_FLOW;
}

static __always_inline bool is_icmp_error(__u8 family, __u8 type)
{
	return family == 4 ? type == 3 || type == 4 || type == 11 || type == 12 : type >= 1 && type <= 4;
}

/* RFC 792 promises the first eight bytes of what the quoted packet carried. */
static __always_inline int parse_quoted_ports(packet_context *context, struct work *work, __u32 proto)
{
	__u32 ports = 0;

	if (!has_ports(proto) || work->quoted_l4 + 8 > work->end ||
	    packet_load(context, work->quoted_l4, &ports, sizeof(ports)))
		return PARSED_OTHER;
	work_ports(work, ports_reversed(ports), proto);
	return PARSED_FLOW;
}

/* An error goes to the quoted packet's sender. */
static __always_inline int parse_quoted4(packet_context *context, struct work *work)
{
	struct iphdr ip = {};

	if (packet_load(context, work->quoted, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5 ||
	    ip.frag_off & bpf_htons(IPV4_OFFSET_MASK) || ip.saddr != work->key.v4.destination)
		return PARSED_OTHER;
	work->key.v4.source = ip.daddr;
	work->quoted_l4 = work->quoted + ip.ihl * 4;
	return parse_quoted_ports(context, work, ip.protocol);
}

static __always_inline int parse_quoted6(packet_context *context, struct work *work)
{
	struct {
		__u8 next, reserved;
		__be16 offset;
		__be32 id;
	} fragment = {};
	struct ipv6hdr ip = {};
	__u64 source[2];
	__u8 proto;

	if (packet_load(context, work->quoted, &ip, sizeof(ip)) || ip.version != 6)
		return PARSED_OTHER;
	__builtin_memcpy(source, &ip.saddr, sizeof(source));
	if (source[0] != work->key.v6.destination[0] || source[1] != work->key.v6.destination[1])
		return PARSED_OTHER;
	__builtin_memcpy(work->key.v6.source, &ip.daddr, sizeof(source));
	work->quoted_l4 = work->quoted + sizeof(ip);
	proto = ip.nexthdr;
	if (proto == IPPROTO_FRAGMENT) {
		if (packet_load(context, work->quoted_l4, &fragment, sizeof(fragment)) ||
		    fragment.offset & bpf_htons(0xfff8))
			return PARSED_OTHER;
		proto = fragment.next;
		work->quoted_l4 += sizeof(fragment);
	}
	return parse_quoted_ports(context, work, proto);
}

static __always_inline int parse_icmp(packet_context *context, struct work *work)
{
	__u32 header = 0;
	int parsed;

	if (work->l4 + 8 > work->end || packet_load(context, work->l4, &header, 2))
		return PARSED_MALFORMED;
	work->opens = (header & 0xff) == (work->family == 4 ? 8 : 128);
	if (!is_icmp_error(work->family, header) || work->fragment != FRAGMENT_NONE)
		return PARSED_OTHER;
	work->quoted = work->l4 + 8;
	parsed = work->family == 4 ? parse_quoted4(context, work) : parse_quoted6(context, work);
	if (parsed != PARSED_FLOW)
		work->quoted = 0;
	return parsed;
}

static __always_inline int parse_transport(packet_context *context, struct work *work)
{
	if (work->fragment == FRAGMENT_LATER) {
		work_ports(work, 0, work->proto);
		return has_ports(work->proto) ? PARSED_FLOW : PARSED_OTHER;
	}
	if (has_ports(work->proto))
		return parse_ports(context, work);
	work_ports(work, 0, work->proto);
	if (work->proto == (work->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return parse_icmp(context, work);
	return PARSED_OTHER;
}

static __always_inline int parse_ipv4(packet_context *context, struct work *work)
{
	struct iphdr ip = {};
	__u32 length, fragment;

	if (packet_load(context, work->l3, &ip, sizeof(ip)) || ip.version != 4)
		return PARSED_NOTHING;
	work->family = 4;
	work->proto = ip.protocol;
	work->key.v4.source = ip.saddr;
	work->key.v4.destination = ip.daddr;
	work->key.v4.proto = ip.protocol;
	length = bpf_ntohs(ip.tot_len);
	if (!length && packet_segment(context))
		length = packet_length(context) - work->l3; /* BIG TCP */
	work->l4 = work->l3 + ip.ihl * 4;
	work->end = work->l3 + length;
	if (ip.ihl < 5 || work->l4 > work->end || work->end > packet_length(context))
		return PARSED_MALFORMED;
	work->options = ip.ihl > 5;
	work->fragment_id = ip.id;
	fragment = bpf_ntohs(ip.frag_off);
	work->df = fragment >> 14 & 1;
	if (fragment & IPV4_OFFSET_MASK)
		work->fragment = FRAGMENT_LATER;
	else if (fragment & IPV4_MORE_FRAGMENTS)
		work->fragment = FRAGMENT_FIRST;
	return parse_transport(context, work);
}

/* RFC 8200: the chain of extension headers, up to the transport header. */
static __always_inline int parse_extensions(packet_context *context, struct work *work)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		struct {
			__u8 next, length, word[2];
			__be32 id;
		} header = {};
		__u32 proto = work->proto;

		if (proto != IPPROTO_HOPOPTS && proto != IPPROTO_ROUTING && proto != IPPROTO_FRAGMENT &&
		    proto != IPPROTO_DSTOPTS)
			return PARSED_FLOW;
		if (work->l4 + sizeof(header) > work->end || packet_load(context, work->l4, &header, sizeof(header)))
			return PARSED_MALFORMED;
		work->options = true;
		work->proto = header.next;
		if (proto == IPPROTO_FRAGMENT) {
			__u32 fragment = header.word[0] << 8 | header.word[1];

			work->fragment_id = header.id;
			work->fragment = fragment & ~7u ? FRAGMENT_LATER : fragment & 1 ? FRAGMENT_FIRST : FRAGMENT_NONE;
			work->l4 += sizeof(header);
			if (work->fragment == FRAGMENT_LATER)
				return PARSED_FLOW;
			continue;
		}
		work->l4 += (header.length + 1) * 8;
		if (work->l4 > work->end)
			return PARSED_MALFORMED;
	}
	return PARSED_MALFORMED;
}

static __always_inline int parse_ipv6(packet_context *context, struct work *work)
{
	struct ipv6hdr ip = {};
	__u32 length;
	int parsed;

	if (packet_load(context, work->l3, &ip, sizeof(ip)) || ip.version != 6)
		return PARSED_NOTHING;
	work->family = 6;
	work->df = true;
	work->proto = ip.nexthdr;
	__builtin_memcpy(work->key.v6.source, &ip.saddr, 16);
	__builtin_memcpy(work->key.v6.destination, &ip.daddr, 16);
	work->key.v6.proto = ip.nexthdr;
	length = bpf_ntohs(ip.payload_len) + sizeof(ip);
	if (length == sizeof(ip) && packet_segment(context))
		length = packet_length(context) - work->l3; /* BIG TCP */
	work->l4 = work->l3 + sizeof(ip);
	work->end = work->l3 + length;
	if (work->end > packet_length(context))
		return PARSED_MALFORMED;
	parsed = parse_extensions(context, work);
	return parsed == PARSED_FLOW ? parse_transport(context, work) : parsed;
}

static __always_inline bool is_vlan(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD);
}

__noinline int parse_packet(packet_context *context, struct work *work)
{
	__be16 type = 0;

	if (!work)
		return PARSED_NOTHING;
	*work = (struct work){ .hook = work->hook, .received = work->received, .l3 = ETH_HLEN };
	for (int i = 0; i <= VLAN_TAGS_MAX; i++) {
		if (packet_load(context, work->l3 - sizeof(type), &type, sizeof(type)))
			return PARSED_NOTHING;
		if (!is_vlan(type))
			break;
		work->l3 += 4;
	}
	if (type == bpf_htons(ETH_P_IP))
		return parse_ipv4(context, work);
	return type == bpf_htons(ETH_P_IPV6) ? parse_ipv6(context, work) : PARSED_NOTHING;
}

#endif
