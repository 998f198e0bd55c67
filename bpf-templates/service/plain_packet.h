/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* plain_packet.h: the packets that most packets are: TCP or UDP right behind IP, untagged and whole.
 *   parse_plain(context, &plain, &key) -> bool      direct reads; false decides nothing: parse_packet() has to look
 *   plain_follows(&plain, flow, hook) -> bool       the packet has nothing to note, and one before it just had
 *   rewrite_plain(context, &plain, flow)            direct writes, and the helper for the transport's checksum
 *   work_of_plain(&plain, &key, hook) -> work       the same packet for the slow path
 *   work_unread(hook) -> work                       one that this parser cannot read
 * `plain` lives in registers: no function is handed its address.
 */
#ifndef POLC_SERVICE_PLAIN_PACKET_H
#define POLC_SERVICE_PLAIN_PACKET_H

#include "flow_state.h"
#include "service_parse.h"

#define IPV4_WITHOUT_OPTIONS 0x45
#define IPV4_ANY_FRAGMENT 0x3fff
#define TCP_FLAGS_OFFSET 13

struct plain {
	__u32 end;
	__u32 ports;
	__u8 family;
	__u8 proto;
	__u8 flags; /* TCP's SYN, FIN, RST and ACK */
	bool df;
};

struct ports {
	__be16 source;
	__be16 destination;
};

#define PLAIN_L4(plain) ((plain)->family == 4 ? ETH_HLEN + sizeof(struct iphdr) : ETH_HLEN + sizeof(struct ipv6hdr))

/* The first eight bytes of both are there. Of TCP the flags are needed, and a length that makes sense. */
static __always_inline bool plain_transport(packet_context *context, struct plain *plain, __u32 l4)
{
	const struct ports *at = packet_data(context) + l4;
	const __u8 *bytes = (const void *)at;

	if (plain->proto != IPPROTO_TCP && plain->proto != IPPROTO_UDP)
		return false;
	if (bytes + sizeof(struct tcphdr) > (const __u8 *)packet_data_end(context) && plain->proto == IPPROTO_TCP)
		return false;
	if (bytes + sizeof(struct udphdr) > (const __u8 *)packet_data_end(context))
		return false;
	if (plain->proto == IPPROTO_TCP) {
		__u32 length = (bytes[12] >> 4) * 4;

		if (length < sizeof(struct tcphdr) || l4 + length > plain->end)
			return false;
		plain->flags = bytes[TCP_FLAGS_OFFSET] & 0x17;
	} else if (l4 + sizeof(struct udphdr) > plain->end) {
		return false;
	}
	plain->ports = at->source | (__u32)at->destination << 16;
	return true;
}

static __always_inline bool parse_plain4(packet_context *context, struct plain *plain, struct flow4_key *key)
{
	const struct iphdr *ip = packet_data(context) + ETH_HLEN;

	if (*(const __u8 *)ip != IPV4_WITHOUT_OPTIONS || ip->frag_off & bpf_htons(IPV4_ANY_FRAGMENT))
		return false;
	plain->family = 4;
	plain->proto = ip->protocol;
	plain->df = ip->frag_off & bpf_htons(IPV4_DONT_FRAGMENT);
	plain->end = ETH_HLEN + bpf_ntohs(ip->tot_len);
	if (plain->end > packet_length(context) ||
	    !plain_transport(context, plain, ETH_HLEN + sizeof(struct iphdr)))
		return false;
	*key = (struct flow4_key){ ip->saddr, ip->daddr, plain->ports, plain->proto };
	return true;
}

static __always_inline bool parse_plain6(packet_context *context, struct plain *plain, struct flow6_key *key)
{
	const struct ipv6hdr *ip = packet_data(context) + ETH_HLEN;

	if ((void *)(ip + 1) > packet_data_end(context) || ip->version != 6)
		return false;
	plain->family = 6;
	plain->proto = ip->nexthdr;
	plain->df = true;
	plain->end = ETH_HLEN + sizeof(*ip) + bpf_ntohs(ip->payload_len);
	if (plain->end > packet_length(context) ||
	    !plain_transport(context, plain, ETH_HLEN + sizeof(struct ipv6hdr)))
		return false;
	__builtin_memcpy(key->source, &ip->saddr, sizeof(key->source));
	__builtin_memcpy(key->destination, &ip->daddr, sizeof(key->destination));
	key->ports = plain->ports;
	key->proto = plain->proto;
	return true;
}

static __always_inline bool parse_plain(packet_context *context, struct plain *plain, union flow_key *key)
{
	const struct ethhdr *eth = packet_data(context);

	if ((void *)(eth + 1) + sizeof(struct iphdr) > packet_data_end(context))
		return false;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return parse_plain4(context, plain, &key->v4);
	return eth->h_proto == bpf_htons(ETH_P_IPV6) && parse_plain6(context, plain, &key->v6);
}

static __always_inline bool plain_follows(const struct plain *plain, const struct flow *flow, enum service_hook hook)
{
	if (flow->hook != hook || plain->flags & 0x07 || flow->flags & (FLOW_RESET | FLOW_HAIRPIN) ||
	    (__u32)bpf_jiffies64() - flow->noted >= FLOW_NOTED_JIFFIES)
		return false;
	return plain->proto == IPPROTO_TCP || flow->flags & FLOW_REPLY || !endpoint_gone(flow);
}

static __always_inline int rewrite_plain4(packet_context *context, const struct flow *flow, __u32 *diff)
{
	struct iphdr *ip = packet_data(context) + ETH_HLEN;
	struct ports *ports = (void *)(ip + 1);

	if ((void *)(ports + 1) > packet_data_end(context))
		return -1;
	*diff = diff_both(diff32(ip->saddr, address4(flow->source)), diff32(ip->daddr, address4(flow->destination)));
	ip->check = sum_mended(ip->check, *diff);
	ip->saddr = address4(flow->source);
	ip->daddr = address4(flow->destination);
	ports->source = flow->source_port;
	ports->destination = flow->destination_port;
	return 0;
}

/* Word by word: clang 19 would read all of both addresses first, and keep them on the stack. */
static __always_inline __u32 set_address6(struct in6_addr *address, const __u8 *to)
{
	const __u32 *words = (const __u32 *)to;
	__u64 diff = 0;

#pragma unroll
	for (int i = 0; i < 4; i++) {
		diff += (__u64)(__u32)~address->s6_addr32[i] + words[i];
		address->s6_addr32[i] = words[i];
		asm volatile("" : : : "memory");
	}
	return sum_fold(diff);
}

static __always_inline int rewrite_plain6(packet_context *context, const struct flow *flow, __u32 *diff)
{
	struct ipv6hdr *ip = packet_data(context) + ETH_HLEN;
	struct ports *ports = (void *)(ip + 1);

	if ((void *)(ports + 1) > packet_data_end(context))
		return -1;
	*diff = diff_both(set_address6(&ip->saddr, flow->source), set_address6(&ip->daddr, flow->destination));
	ports->source = flow->source_port;
	ports->destination = flow->destination_port;
	return 0;
}

static __always_inline int rewrite_plain(packet_context *context, const struct plain *plain, const struct flow *flow)
{
	bool udp = plain->proto == IPPROTO_UDP;
	__u32 at = PLAIN_L4(plain) + (udp ? UDP_CHECKSUM_OFFSET : TCP_CHECKSUM_OFFSET);
	__u32 after = ports_after(flow), diff = 0;

	if (plain->family == 4 ? rewrite_plain4(context, flow, &diff) : rewrite_plain6(context, flow, &diff))
		return -1;
	return packet_mend_both(context, at, diff, diff32(plain->ports, after), plain->family, udp);
}

static __always_inline struct work *work_of_plain(const struct plain *plain, const union flow_key *key,
						  enum service_hook hook)
{
	struct work *work = work_of_hook(hook);

	if (!work)
		return NULL;
	if (plain->family == 4) {
		work->key = (union flow_key){ .v6 = {} };
		work->key.v4 = key->v4;
	} else {
		work->key.v6 = key->v6;
	}
	work->l3 = ETH_HLEN;
	work->l4 = PLAIN_L4(plain);
	work->end = plain->end;
	work->quoted = 0;
	work->quoted_l4 = 0;
	work->fragment_id = 0;
	work->service_port = 0;
	work->family = plain->family;
	work->proto = plain->proto;
	work->hook = hook;
	work->fragment = FRAGMENT_NONE;
	parse_tcp_flags(work, plain->flags);
	work->options = false;
	work->df = plain->df;
	work->received = false;
	work->reserved = 0;
	return work;
}

/* For parse_packet(), which keeps the hook. */
static __always_inline struct work *work_unread(enum service_hook hook)
{
	struct work *work = work_of_hook(hook);

	if (!work)
		return NULL;
	work->hook = hook;
	work->received = false;
	return work;
}

#endif
