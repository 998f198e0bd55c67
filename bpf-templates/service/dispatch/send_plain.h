/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* send_plain.h: the short cut of send_on.h, for the plain packet of a flow with nothing to note.
 *   send_plain(context, plain, key, flow, opens) -> action, or UNDECIDED and the packet untouched: send_on() has to look
 * The next hop is known, the packet fits, and what carries it is a tunnel, an IPv4 option or nothing. All of it is inline: two
 * look-ups after the flow's own, and the room. `opens`: the backend's node may not know the flow.
 */
#ifndef POLC_SERVICE_SEND_PLAIN_H
#define POLC_SERVICE_SEND_PLAIN_H

#include "../plain_packet.h"
#include "geneve.h"
#include "next_hop.h"
#include "option.h"
#include "outer.h"

/* Room for an outer header of `bytes`, and the link header before it: where it begins, or NULL. */
static __always_inline void *plain_room(packet_context *context, const struct next_hop *hop, const __u32 bytes, __be16 protocol)
{
	struct ethhdr *eth;

	if (packet_grow_in_front(context, bytes))
		return NULL;
	eth = packet_data(context);
	if ((void *)(eth + 1) + bytes > packet_data_end(context))
		return NULL;
	copy_link_addresses(eth, hop);
	*(__be16 *)((void *)eth + 12) = protocol;
	return eth + 1;
}

static __always_inline int plain_ipip4(packet_context *context, const struct plain *plain, const union flow_key *key,
				       const struct flow *flow, const struct next_hop *hop)
{
	struct iphdr *ip = packet_data(context) + ETH_HLEN;
	__u8 class;

	if ((void *)(ip + 1) > packet_data_end(context))
		return -1;
	class = ip->tos;
	ip = plain_room(context, hop, sizeof(*ip), bpf_htons(ETH_P_IP));
	if (!ip)
		return -1;
	ipv4_fill(ip, class, plain->end - ETH_HLEN + sizeof(*ip), IPPROTO_IPIP, outer_source4(key), address4(flow->via));
	return 0;
}

static __always_inline int plain_ipip6(packet_context *context, const struct plain *plain, const union flow_key *key,
				       const struct flow *flow, const struct next_hop *hop)
{
	struct ipv6hdr *ip = packet_data(context) + ETH_HLEN;
	__u32 hash = outer_hash(6, key);
	__u64 source[2];
	__u8 class;

	if ((void *)(ip + 1) > packet_data_end(context))
		return -1;
	class = bpf_ntohl(*(__be32 *)ip) >> 20;
	ip = plain_room(context, hop, sizeof(*ip), bpf_htons(ETH_P_IPV6));
	if (!ip)
		return -1;
	outer_source6(hash, source);
	ipv6_fill(ip, class, hash, plain->end - ETH_HLEN, IPPROTO_IPV6, source, (const void *)flow->via);
	return 0;
}

/* The packet is rewritten already; the key is as it arrived. */
static __always_inline int plain_geneve4(packet_context *context, const struct plain *plain, const union flow_key *key,
					 const struct flow *flow, const struct next_hop *hop)
{
	struct iphdr *ip = packet_data(context) + ETH_HLEN;
	struct geneve4 *outer;
	__u8 class;

	if ((void *)(ip + 1) > packet_data_end(context))
		return -1;
	class = ip->tos;
	outer = plain_room(context, hop, sizeof(*outer), bpf_htons(ETH_P_IP));
	if (!outer)
		return -1;
	geneve4_fill(outer, key, flow->via, class, plain->end - ETH_HLEN);
	return 0;
}

static __always_inline int plain_geneve6(packet_context *context, const struct plain *plain, const union flow_key *key,
					 const struct flow *flow, const struct next_hop *hop)
{
	struct ipv6hdr *ip = packet_data(context) + ETH_HLEN;
	struct geneve6 *outer;
	__u8 class;

	if ((void *)(ip + 1) > packet_data_end(context))
		return -1;
	class = bpf_ntohl(*(__be32 *)ip) >> 20;
	outer = plain_room(context, hop, sizeof(*outer), bpf_htons(ETH_P_IPV6));
	if (!outer)
		return -1;
	geneve6_fill(outer, key, flow->via, class, plain->end - ETH_HLEN);
	return 0;
}

/* One hop less, and the next one's link header. */
static __always_inline int plain_routed(packet_context *context, const struct plain *plain, const struct next_hop *hop)
{
	struct ethhdr *eth = packet_data(context);
	struct ipv6hdr *ip6 = (void *)(eth + 1);
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > packet_data_end(context))
		return -1;
	copy_link_addresses(eth, hop);
	if (plain->family == 6) {
		ip6->hop_limit--;
		return 0;
	}
	ip->ttl--;
	ip->check = sum_mended(ip->check, diff32(1, 0));
	return 0;
}

static __always_inline bool plain_hops_left(packet_context *context, const struct plain *plain)
{
	const __u8 *ip = packet_data(context) + ETH_HLEN;

	return ip + sizeof(struct iphdr) <= (const __u8 *)packet_data_end(context) && ip[plain->family == 4 ? 8 : 7] > 1;
}

/* What a packet grows by, with an option if it tells the backend's node what was asked. */
static __always_inline __u32 plain_growth(const struct plain *plain, const struct flow *flow, bool option)
{
	switch (flow->dispatch) {
	case DISPATCH_IPIP:
		return plain->family == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	case DISPATCH_GENEVE:
		return plain->family == 4 ? sizeof(struct geneve4) : sizeof(struct geneve6);
	default:
		return option ? sizeof(struct option4) : 0;
	}
}

static __always_inline int plain_put_on(packet_context *context, const struct plain *plain, const union flow_key *key,
					const struct flow *flow, const struct next_hop *hop, bool option)
{
	if (flow->dispatch == DISPATCH_IPIP)
		return plain->family == 4 ? plain_ipip4(context, plain, key, flow, hop) :
					    plain_ipip6(context, plain, key, flow, hop);
	if (rewrite_plain(context, plain, flow))
		return -1;
	if (flow->dispatch == DISPATCH_GENEVE)
		return plain->family == 4 ? plain_geneve4(context, plain, key, flow, hop) :
					    plain_geneve6(context, plain, key, flow, hop);
	if (plain_routed(context, plain, hop))
		return -1;
	return option ? option4_put(context, ETH_HLEN, key, plain->end - ETH_HLEN) : 0;
}

static __always_inline int send_plain(packet_context *context, const struct plain *plain, const union flow_key *key,
				      const struct flow *flow, bool opens)
{
	bool option = flow->dispatch == DISPATCH_OPT && (opens || plain->proto != IPPROTO_TCP);
	bool tunnel = flow->dispatch == DISPATCH_IPIP || flow->dispatch == DISPATCH_GENEVE;
	struct next_hop *hop = next_hop_entry(flow->via);

	if (option && plain->family != 4)
		return UNDECIDED;
	if (!hop || packet_segment(context) || !next_hop_is(hop, plain->family, flow->via, flow->seen) || !hop->resolved ||
	    !packet_can_send(context, hop->ifindex, true))
		return UNDECIDED;
	if (plain->end - ETH_HLEN + plain_growth(plain, flow, option) > next_hop_mtu(hop) ||
	    (!tunnel && !plain_hops_left(context, plain)))
		return UNDECIDED;
	if (plain_put_on(context, plain, key, flow, hop, option))
		return ACTION_DROP;
	count_service(SERVICE_COUNT_DISPATCHED);
	return packet_send(context, hop->ifindex);
}

#endif
