/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* geneve.h: DISPATCH_GENEVE, RFC 8926: IP in Geneve, without an inner link header. The inner packet has the backend's address
 * and port, an option has the service's. VNI 0.
 *   geneve_put_on(context, work, via) -> 0 or -1   the packet is rewritten already, work->key as it arrived
 * The outer UDP has no checksum: the inner packet has its own, and of a tunnel RFC 6935 allows it on IPv6.
 */
#ifndef POLC_SERVICE_GENEVE_H
#define POLC_SERVICE_GENEVE_H

#include "outer.h"

#define GENEVE_CRITICAL 0x40    /* there are critical options */
#define GENEVE_CLASS 0xff50     /* of the experimental ones */
#define GENEVE_TYPE (0x80 | 1)  /* critical: who does not know it drops the packet */
#define GENEVE_PORTS 0xc000     /* outer source ports from here on */

struct geneve {
	__u8 words; /* of options */
	__u8 flags;
	__be16 protocol;
	__be32 network; /* and a reserved byte */
	__be16 class;
	__u8 type;
	__u8 option_words;
	__be16 port;
	__u16 reserved;
};

struct geneve4 {
	struct iphdr ip;
	struct udphdr udp;
	struct geneve geneve;
	__be32 address;
};
_Static_assert(sizeof(struct geneve4) == 48, "without padding");

struct geneve6 {
	struct ipv6hdr ip;
	struct udphdr udp;
	struct geneve geneve;
	__be32 address[4];
};
_Static_assert(sizeof(struct geneve6) == 80, "without padding");

/* `bytes`: of the address in the option. */
static __always_inline void geneve_fill(struct geneve *geneve, __u32 bytes, __be16 protocol, __be16 port)
{
	*geneve = (struct geneve){
		.words = (8 + bytes) / 4,
		.flags = GENEVE_CRITICAL,
		.protocol = protocol,
		.class = bpf_htons(GENEVE_CLASS),
		.type = GENEVE_TYPE,
		.option_words = (4 + bytes) / 4,
		.port = port,
	};
}

static __always_inline void geneve_udp(struct udphdr *udp, __u32 hash, __u32 length)
{
	udp->source = bpf_htons(GENEVE_PORTS | (hash & 0x3fff));
	udp->dest = service.geneve_port;
	udp->len = bpf_htons(length);
	udp->check = 0;
}

/* `key`: the tuple that the client asked; `inner`: bytes of the packet. */
static __always_inline void geneve4_fill(struct geneve4 *outer, const union flow_key *key, const __u8 *via, int class,
					 __u32 inner)
{
	ipv4_fill(&outer->ip, class, inner + sizeof(*outer), IPPROTO_UDP, *(const volatile __be32 *)service.node4,
		  *(const __be32 *)via);
	geneve_udp(&outer->udp, outer_hash(4, key), inner + sizeof(*outer) - sizeof(outer->ip));
	geneve_fill(&outer->geneve, 4, bpf_htons(ETH_P_IP), key->v4.ports >> 16);
	outer->address = key->v4.destination;
}

static __always_inline int geneve4_put_on(packet_context *context, const struct work *work, const __u8 *via,
					  int class)
{
	struct geneve4 outer;

	if (packet_grow_before_ip(context, work->l3, sizeof(outer), packet_encapsulation(context, 4, true)))
		return -1;
	geneve4_fill(&outer, &work->key, via, class, work->end - work->l3);
	return write_front(context, work->l3, &outer, sizeof(outer));
}

static __always_inline void geneve6_fill(struct geneve6 *outer, const union flow_key *key, const __u8 *via, int class,
					 __u32 inner)
{
	const volatile __u64 *node = (const volatile __u64 *)service.node6;
	__u64 source[2] = { node[0], node[1] };
	__u32 hash = outer_hash(6, key);

	ipv6_fill(&outer->ip, class, hash, inner + sizeof(*outer) - sizeof(outer->ip), IPPROTO_UDP, source,
		  (const void *)via);
	geneve_udp(&outer->udp, hash, inner + sizeof(*outer) - sizeof(outer->ip));
	geneve_fill(&outer->geneve, 16, bpf_htons(ETH_P_IPV6), key->v6.ports >> 16);
	__builtin_memcpy(outer->address, key->v6.destination, 16);
}

static __always_inline int geneve6_put_on(packet_context *context, const struct work *work, const __u8 *via,
					  int class)
{
	struct geneve6 outer;

	if (packet_grow_before_ip(context, work->l3, sizeof(outer), packet_encapsulation(context, 6, true)))
		return -1;
	geneve6_fill(&outer, &work->key, via, class, work->end - work->l3);
	return write_front(context, work->l3, &outer, sizeof(outer));
}

static __always_inline int geneve_put_on(packet_context *context, const struct work *work, const __u8 *via)
{
	int class = traffic_class(context, work);

	if (class < 0)
		return -1;
	return work->family == 4 ? geneve4_put_on(context, work, via, class) :
				   geneve6_put_on(context, work, via, class);
}

#endif
