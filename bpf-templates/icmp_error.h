/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* icmp_error.h: ICMP errors pass with the connection that they quote a packet of.
 *   quoted_packet(context, j, inner, key) -> 0 or -1
 * fills `inner` and its key as if the error answered the quoted packet: same connection, other direction. The error must be
 * addressed to the quoted packet's sender, and one that leaves a pod must quote a packet to that pod.
 */
#ifndef POLC_ICMP_ERROR_H
#define POLC_ICMP_ERROR_H

#include "judged.h"

/* The ports of a quoted transport header, swapped. RFC 792 promises its first eight bytes. */
static __always_inline int quoted_ends(struct __sk_buff *context, struct packet *inner, struct ends *ends)
{
	struct {
		__be16 first, second, id, sequence;
	} header = {};
	bool request;

	if (packet_load(context, inner->l4, &header, sizeof(header)))
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

/* The ends of the error's own packet, which the quoted one has to fit. */
static __always_inline bool fits4(const struct judged *j, __be32 source, __be32 destination)
{
	const struct key4 *key = &j->key.v4;
	bool sender = j->packet.sender;

	return source == end4(key, !sender) && (j->hook == HOOK_TO_POD || destination == end4(key, sender));
}

static __always_inline bool fits6(const struct judged *j, const __u64 *source, const __u64 *destination)
{
	__u64 from[2], to[2];

	end6(&j->key.v6, j->packet.sender, from);
	end6(&j->key.v6, !j->packet.sender, to);
	return source[0] == to[0] && source[1] == to[1] &&
	       (j->hook == HOOK_TO_POD || (destination[0] == from[0] && destination[1] == from[1]));
}

static __always_inline int quoted_ipv4(struct __sk_buff *context, const struct judged *j, struct packet *inner,
				       struct key4 *key)
{
	__u32 at = j->packet.l4 + 8;
	struct ends ends = {};
	struct iphdr ip = {};

	if (packet_load(context, at, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
		return -1;
	if (!fits4(j, ip.saddr, ip.daddr) || ip.frag_off & bpf_htons(0x1fff))
		return -1;
	inner->proto = ip.protocol;
	inner->l4 = at + ip.ihl * 4;
	if (quoted_ends(context, inner, &ends))
		return -1;
	key4_fill(inner, key, ip.daddr, ip.saddr, &ends);
	return 0;
}

/* RFC 8200, section 4.5. Only a first fragment has ports; a router that cannot forward one quotes it. */
static __always_inline int quoted_fragment(struct __sk_buff *context, struct packet *inner)
{
	struct {
		__u8 next, reserved;
		__be16 offset;
		__be32 id;
	} header = {};

	if (packet_load(context, inner->l4, &header, sizeof(header)) || header.offset & bpf_htons(0xfff8))
		return -1;
	inner->proto = header.next;
	inner->l4 += sizeof(header);
	return 0;
}

static __always_inline int quoted_ipv6(struct __sk_buff *context, const struct judged *j, struct packet *inner,
				       struct key6 *key)
{
	__u64 source[2], destination[2];
	__u32 at = j->packet.l4 + 8;
	struct ends ends = {};
	struct ipv6hdr ip = {};

	if (packet_load(context, at, &ip, sizeof(ip)) || ip.version != 6)
		return -1;
	__builtin_memcpy(source, &ip.saddr, sizeof(source));
	__builtin_memcpy(destination, &ip.daddr, sizeof(destination));
	if (!fits6(j, source, destination))
		return -1;
	inner->proto = ip.nexthdr;
	inner->l4 = at + sizeof(ip);
	if (inner->proto == IPPROTO_FRAGMENT && quoted_fragment(context, inner))
		return -1;
	if (quoted_ends(context, inner, &ends))
		return -1;
	key6_fill(inner, key, destination, source, &ends);
	return 0;
}

static __always_inline int quoted_packet(struct __sk_buff *context, const struct judged *j, struct packet *inner,
					 union connection_key *key)
{
	inner->family = j->packet.family;
	inner->error = true;
	return j->packet.family == 4 ? quoted_ipv4(context, j, inner, &key->v4) : quoted_ipv6(context, j, inner, &key->v6);
}

#endif
