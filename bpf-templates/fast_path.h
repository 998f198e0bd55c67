/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* fast_path.h: the packet that most packets are.
 *   passes_at_once(skb, hook, epoch) -> bool    one LRU look-up
 * True for TCP on plain IPv4, of an established connection that this side allowed in this epoch and that was heard of in
 * this tick, with nothing to note. Everything else, and everything odd, is left to the full path: false decides nothing.
 */
#ifndef POLC_FAST_PATH_H
#define POLC_FAST_PATH_H

#include "conntrack.h"

#define IPV4_WITHOUT_OPTIONS 0x45
#define TCP_FLAGS_TO_NOTE 0x07 /* FIN, SYN, RST */

static __always_inline bool plain_tcp4(struct __sk_buff *skb, const struct ethhdr *eth, const struct iphdr *ip,
				       const struct tcphdr *tcp)
{
	const __u8 *octets = (const __u8 *)tcp;
	__u32 length = bpf_ntohs(ip->tot_len), header = octets[12] >> 4;

	return eth->h_proto == bpf_htons(ETH_P_IP) && !skb->vlan_present &&
	       *(const __u8 *)ip == IPV4_WITHOUT_OPTIONS && ip->protocol == IPPROTO_TCP &&
	       !(ip->frag_off & bpf_htons(0x3fff)) && length + ETH_HLEN <= skb->len && header >= 5 &&
	       sizeof(*ip) + header * 4 <= length && !(octets[13] & TCP_FLAGS_TO_NOTE);
}

static __always_inline bool passes_at_once(struct __sk_buff *skb, enum hook hook, __u32 epoch)
{
	struct ethhdr *eth = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct packet p = { .family = 4, .proto = IPPROTO_TCP };
	struct connection *c;
	struct ends ends;
	struct key4 key;
	bool egress;

	if ((void *)(tcp + 1) > (void *)(long)skb->data_end || !plain_tcp4(skb, eth, ip, tcp))
		return false;
	ends.source = tcp->source;
	ends.destination = tcp->dest;
	key4_fill(&p, &key, ip->saddr, ip->daddr, &ends);
	c = bpf_map_lookup_elem(&established4, &key);
	if (!c || c->seen != ticks() || c->flags & CONNECTION_CLOSING)
		return false;
	egress = (hook == HOOK_FROM_POD) == (p.sender == c->opener);
	return (egress ? c->epoch[SIDE_EGRESS] : c->epoch[SIDE_INGRESS]) == epoch;
}

#endif
