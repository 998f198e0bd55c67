/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* packet.h: what is known of one packet, and its transport header; parse.h reads the headers before it.
 *
 * Fails closed: what contradicts itself, is cut short, or could be read in two ways is dropped with a reason.
 */
#ifndef POLC_PACKET_H
#define POLC_PACKET_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>

#include "abi.h"
#include "conntrack_types.h"
#include "context.h"
#include "keep_apart.h"

#define DROP(reason) (-1 - COUNT_DROP_##reason)

enum parsed {
	PARSED_FLOW,     /* a packet of a connection: the key is filled */
	PARSED_FRAGMENT, /* a later fragment: only addresses, protocol and fragment id are */
	PARSED_LINK,     /* ARP, neighbour discovery, group membership: of the link, not policy's business */
};

/* What a packet of the link is. */
enum link_kind { LINK_NONE, LINK_ARP, LINK_MEMBERSHIP, LINK_NEIGHBOUR, LINK_ADVERTISEMENT, LINK_ROUTER };

/* What is known of one packet beside its connection key. No helper is handed its address, so it lives in registers; the
 * key is apart because map look-ups need it in memory.
 */
struct packet {
	__u32 fragment_id;
	__u32 l4;        /* offset of the transport header */
	__u32 end;       /* offset of the end of the IP packet */
	__u8 family;     /* 4 or 6 */
	__u8 proto;
	__u8 sender;     /* which end of the key sent it */
	bool opens;      /* asks for a new connection: TCP SYN, ICMP echo request */
	bool finishes;   /* TCP FIN: its sender has no more to say */
	bool resets;     /* TCP RST */
	bool fragmented; /* the first of several fragments */
	bool error;      /* an ICMP error: it quotes another packet */
	__u8 link;       /* enum link_kind */
	__u8 reserved[3];
};
_Static_assert(sizeof(struct packet) == 24, "without padding, which the verifier would take for unset");

/* RFC 792, RFC 4443: echo messages; other messages of both protocols begin with the same three fields. */
struct icmp {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id;
	__be16 sequence;
};

/* One transport header, whatever it is: the two ports as a connection key has them. */
struct ends {
	__be16 source;
	__be16 destination;
};

/* Which side of a connection the pod at this hook is, for a packet from its opener (`forward`) or to it. */
static __always_inline enum side side_of(enum hook hook, bool forward)
{
	return (hook == HOOK_FROM_POD) == forward ? SIDE_EGRESS : SIDE_INGRESS;
}

static __always_inline bool has_ports(__u32 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP;
}

/* Both ports as one word: a key is written by whole words, for its hash reads words, and a read of what two narrow
 * writes have just made stalls the processor.
 */
static __always_inline __u32 ports_of(const struct packet *p, const struct ends *ends)
{
	return p->sender ? ends->destination | (__u32)ends->source << 16 : ends->source | (__u32)ends->destination << 16;
}

static __always_inline void key4_fill(struct packet *p, struct key4 *key, __be32 source, __be32 destination,
				      const struct ends *ends)
{
	p->sender = source > destination || (source == destination && ends->source > ends->destination);
	*key = (struct key4){
		.address = { p->sender ? destination : source, p->sender ? source : destination },
		.ports = ports_of(p, ends),
		.proto = p->proto,
	};
}

static __always_inline void key6_fill(struct packet *p, struct key6 *key, const __u64 *source,
				      const __u64 *destination, const struct ends *ends)
{
	p->sender = source[0] != destination[0] ? source[0] > destination[0] :
		    source[1] != destination[1] ? source[1] > destination[1] :
						  ends->source > ends->destination;
	*key = (struct key6){
		.address = { { p->sender ? destination[0] : source[0], p->sender ? destination[1] : source[1] },
			     { p->sender ? source[0] : destination[0], p->sender ? source[1] : destination[1] } },
		.ports = ports_of(p, ends),
		.proto = p->proto,
	};
}

/* One end of a key: both ends are read, then one is chosen. See keep_apart.h for why. */
static __always_inline __be32 end4(const struct key4 *key, bool second)
{
	__be32 first_end = key->address[0], second_end = key->address[1];

	KEEP_BOTH_READ(first_end, second_end);
	return second ? second_end : first_end;
}

static __always_inline void end6(const struct key6 *key, bool second, __u64 *address)
{
	int word;

#pragma unroll
	for (word = 0; word < 2; word++) {
		__u64 first_end = key->address[0][word], second_end = key->address[1][word];

		KEEP_BOTH_READ(first_end, second_end);
		address[word] = second ? second_end : first_end;
	}
}

/* The port of one end, in host order. */
static __always_inline __u16 end_port(const struct packet *p, const union connection_key *key, bool second)
{
	__u32 ports = p->family == 4 ? key->v4.ports : key->v6.ports;

	return bpf_ntohs(second ? ports >> 16 : ports & 0xffff);
}

/* TCP: the whole fixed header is needed for the flags. */
static __always_inline int parse_tcp(struct packet *p, const struct tcphdr *tcp, struct ends *ends)
{
	if (p->l4 + tcp->doff * 4 > p->end || tcp->doff < 5)
		return DROP(HEADER);
	ends->source = tcp->source;
	ends->destination = tcp->dest;
	p->opens = tcp->syn && !tcp->ack;
	p->finishes = tcp->fin;
	p->resets = tcp->rst;
	return PARSED_FLOW;
}

/* ICMP and ICMPv6 echo: the identifier is the port of the end that asks. Other messages have no ends. */
static __always_inline void parse_echo(struct packet *p, bool request, __be16 id, struct ends *ends)
{
	p->opens = request;
	ends->source = request ? id : 0;
	ends->destination = request ? 0 : id;
}

/* RFC 4861, section 7.1: neighbour discovery has a hop limit of 255, which no router leaves. RFC 2236, 2710, 3376, 3810,
 * 4286: group membership and multicast router discovery have 1. Whatever else claims to be of the link came from beyond it.
 */
static __always_inline int of_the_link(struct packet *p, enum link_kind kind, bool from_here)
{
	p->link = kind;
	return from_here ? PARSED_LINK : DROP(LINK_LOCAL);
}

static __always_inline int parse_icmp6(struct packet *p, const struct icmp *icmp, __u8 hop_limit, struct ends *ends)
{
	switch (icmp->type) {
	case 128: /* echo request and reply */
	case 129:
		parse_echo(p, icmp->type == 128, icmp->id, ends);
		return PARSED_FLOW;
	case 133: /* router solicitation, neighbour solicitation */
	case 135:
		return of_the_link(p, LINK_NEIGHBOUR, hop_limit == 255);
	case 134: /* router advertisement, redirect */
	case 137:
		return of_the_link(p, LINK_ROUTER, hop_limit == 255);
	case 136: /* neighbour advertisement */
		return of_the_link(p, LINK_ADVERTISEMENT, hop_limit == 255);
	case 130 ... 132: /* multicast listener discovery, multicast router discovery */
	case 143:
	case 151 ... 153:
		return of_the_link(p, LINK_MEMBERSHIP, hop_limit == 1);
	case 1 ... 4: /* unreachable, too big, time exceeded, parameter problem */
		p->error = true;
		return PARSED_FLOW;
	default:
		return PARSED_FLOW;
	}
}

static __always_inline void parse_icmp4(struct packet *p, const struct icmp *icmp, struct ends *ends)
{
	switch (icmp->type) {
	case 0: /* echo reply and request */
	case 8:
		parse_echo(p, icmp->type == 8, icmp->id, ends);
		break;
	case 3: /* unreachable, source quench, time exceeded, parameter problem */
	case 4:
	case 11 ... 12:
		p->error = true;
		break;
	}
}

/* A transport header at any offset, by helper: p->l4 up to p->end. */
static __always_inline int parse_transport(struct __sk_buff *context, struct packet *p, __u8 hop_limit, struct ends *ends)
{
	union {
		struct tcphdr tcp;
		struct icmp icmp;
		struct ends ends;
	} header = {};

	if (p->family == 4 && p->proto == IPPROTO_IGMP)
		return of_the_link(p, LINK_MEMBERSHIP, hop_limit == 1);
	if (!has_ports(p->proto) && p->proto != (p->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return PARSED_FLOW;
	if (p->proto == IPPROTO_TCP) {
		if (p->l4 + sizeof(struct tcphdr) > p->end ||
		    packet_load(context, p->l4, &header, sizeof(struct tcphdr)))
			return DROP(TRUNCATED);
		return parse_tcp(p, &header.tcp, ends);
	}
	if (p->l4 + 8 > p->end || packet_load(context, p->l4, &header, 8))
		return DROP(TRUNCATED);
	if (p->proto == IPPROTO_ICMPV6)
		return parse_icmp6(p, &header.icmp, hop_limit, ends);
	if (p->proto == IPPROTO_ICMP)
		parse_icmp4(p, &header.icmp, ends);
	else
		*ends = header.ends;
	return PARSED_FLOW;
}

#endif
