/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* fast_path.h: the packet that most packets are, TCP on plain IPv4.
 *   parse_plain(context, &packet, &key) -> bool    no look-up; false decides nothing: the full parser has to look
 *   passes_at_once(&packet, &key, ...)             one LRU look-up
 * A packet passes at once if its connection is established, was allowed by this side for this interface in this epoch and
 * heard of in this tick, and the packet has nothing to note. What the node opened only the node goes on with. All else goes
 * the full way.
 */
#ifndef POLC_FAST_PATH_H
#define POLC_FAST_PATH_H

#include "conntrack.h"

#define IPV4_WITHOUT_OPTIONS 0x45
#define IPV4_ANY_FRAGMENT 0x3fff

static __always_inline bool is_plain(struct __sk_buff *context, const struct ethhdr *eth, const struct iphdr *ip,
				     const struct tcphdr *tcp)
{
	__u32 length = bpf_ntohs(ip->tot_len), header = tcp->doff;

	return eth->h_proto == bpf_htons(ETH_P_IP) && !packet_has_vlan(context) &&
	       *(const __u8 *)ip == IPV4_WITHOUT_OPTIONS && ip->protocol == IPPROTO_TCP &&
	       !(ip->frag_off & bpf_htons(IPV4_ANY_FRAGMENT)) && length + ETH_HLEN <= packet_length(context) && header >= 5 &&
	       sizeof(*ip) + header * 4 <= length;
}

static __always_inline bool parse_plain(struct __sk_buff *context, struct packet *p, union connection_key *key)
{
	struct ethhdr *eth = packet_data(context);
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct ends ends;

	if ((void *)(tcp + 1) > packet_data_end(context) || !is_plain(context, eth, ip, tcp))
		return false;
	p->family = 4;
	p->proto = IPPROTO_TCP;
	p->opens = tcp->syn && !tcp->ack;
	p->finishes = tcp->fin;
	p->resets = tcp->rst;
	ends.source = tcp->source;
	ends.destination = tcp->dest;
	key4_fill(p, &key->v4, ip->saddr, ip->daddr, &ends);
	return true;
}

static __always_inline bool passes_at_once(const struct packet *p, const union connection_key *key, enum hook hook,
					   __u32 epoch, const struct __sk_buff *context, __u32 local_ifindex)
{
	struct connection *c;

	if (p->opens || p->finishes || p->resets)
		return false;
	c = bpf_map_lookup_elem(&established4, &key->v4);
	if (!c || c->seen != ticks() || connection_closed(c))
		return false;
	if (c->flags & CONNECTION_OF_NODE && hook == HOOK_TO_POD && context->ingress_ifindex != local_ifindex)
		return false;
	return connection_allowed(c, side_of(hook, p->sender == c->opener), epoch, context->ifindex);
}

#endif
