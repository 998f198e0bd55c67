/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* icmp_error.h: ICMP errors pass with the connection that they speak of.
 *   quoted_packet(skb, hook, p, inner, key) -> 0 or -1
 * fills `inner` and its key as if the quoted packet had been answered by the error: same connection, other direction. The error must
 * be addressed to the quoted packet's sender, and one that leaves a pod must quote a packet to that pod.
 */
#ifndef POLC_ICMP_ERROR_H
#define POLC_ICMP_ERROR_H

#include "packet.h"

/* The ports of a quoted transport header, swapped. RFC 792 promises its first eight bytes. */
static __always_inline int quoted_ends(struct __sk_buff *skb, struct packet *inner, struct ends *ends)
{
	struct {
		__be16 first, second, id, sequence;
	} header = {};
	bool request;

	if (bpf_skb_load_bytes(skb, inner->l4, &header, sizeof(header)))
		return -1;
	if (has_ports(inner->proto)) {
		ends->source = header.second;
		ends->destination = header.first;
	} else if (inner->proto == IPPROTO_ICMP || inner->proto == IPPROTO_ICMPV6) {
		request = (bpf_ntohs(header.first) >> 8) == (inner->proto == IPPROTO_ICMP ? 8 : 128);
		ends->source = request ? 0 : header.id;
		ends->destination = request ? header.id : 0;
	}
	return 0;
}

static __always_inline int quoted_ipv4(struct __sk_buff *skb, enum hook hook, const struct packet *p,
				       struct packet *inner, struct key4 *key)
{
	struct ends ends = {};
	struct iphdr ip = {};

	if (bpf_skb_load_bytes(skb, p->l4 + 8, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
		return -1;
	if (ip.saddr != end4(key, !p->sender) || (hook == HOOK_FROM_POD && ip.daddr != end4(key, p->sender)) ||
	    ip.frag_off & bpf_htons(0x1fff))
		return -1;
	inner->proto = ip.protocol;
	inner->l4 = p->l4 + 8 + ip.ihl * 4;
	if (quoted_ends(skb, inner, &ends))
		return -1;
	key4_fill(inner, key, ip.daddr, ip.saddr, &ends);
	return 0;
}

static __always_inline bool same6(const __u64 *a, const __u64 *b)
{
	return a[0] == b[0] && a[1] == b[1];
}

static __always_inline int quoted_ipv6(struct __sk_buff *skb, enum hook hook, const struct packet *p,
				       struct packet *inner, struct key6 *key)
{
	__u64 source[2], destination[2], from[2], to[2];
	struct ends ends = {};
	struct ipv6hdr ip = {};

	if (bpf_skb_load_bytes(skb, p->l4 + 8, &ip, sizeof(ip)) || ip.version != 6)
		return -1;
	__builtin_memcpy(source, &ip.saddr, sizeof(source));
	__builtin_memcpy(destination, &ip.daddr, sizeof(destination));
	end6(key, p->sender, from);
	end6(key, !p->sender, to);
	if (!same6(source, to) || (hook == HOOK_FROM_POD && !same6(destination, from)))
		return -1;
	inner->proto = ip.nexthdr;
	inner->l4 = p->l4 + 8 + sizeof(ip);
	if (quoted_ends(skb, inner, &ends))
		return -1;
	key6_fill(inner, key, destination, source, &ends);
	return 0;
}

/* `key` is the error's own; it becomes the quoted packet's only if the answer is 0. */
static __always_inline int quoted_packet(struct __sk_buff *skb, enum hook hook, const struct packet *p,
					 struct packet *inner, union connection_key *key)
{
	inner->family = p->family;
	inner->error = true;
	return p->family == 4 ? quoted_ipv4(skb, hook, p, inner, &key->v4) :
				quoted_ipv6(skb, hook, p, inner, &key->v6);
}

#endif
