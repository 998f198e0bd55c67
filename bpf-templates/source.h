/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* source.h: may a pod send this? Whoever identifies peers by address has to ask.
 *   sends_as_itself(j, pod) -> bool       a packet's source is the pod's own first address
 *   source_granted(j) -> bool             or a further one, or what no other pod can have
 *   link_granted(context, j, pod) -> bool ARP, neighbour discovery and group membership speak for the pod itself
 */
#ifndef POLC_SOURCE_H
#define POLC_SOURCE_H

#include "by_family.h"
#include "judged.h"

static __always_inline bool same6(const __u64 *a, const __u64 *b)
{
	return a[0] == b[0] && a[1] == b[1];
}

/* fe80::/10: never leaves the pod's link. */
static __always_inline bool is_link_local(const __u64 *address)
{
	return (bpf_be64_to_cpu(address[0]) >> 54) == 0x3fa;
}

static __always_inline bool granted4(__u32 ifindex, __be32 address)
{
	struct source4_key key = { .prefix = 64, .ifindex = ifindex };

	if (!address) /* RFC 2131: a host that has no address yet; RFC 5227: an ARP probe */
		return true;
	__builtin_memcpy(key.address, &address, sizeof(address));
	return bpf_map_lookup_elem(&sources4, &key);
}

static __always_inline bool granted6(__u32 ifindex, const __u64 *address)
{
	struct source6_key key = { .prefix = 160, .ifindex = ifindex };

	if (is_link_local(address) || !(address[0] | address[1])) /* RFC 4862: duplicate address detection */
		return true;
	__builtin_memcpy(key.address, address, sizeof(key.address));
	return bpf_map_lookup_elem(&sources6, &key);
}

static __always_inline bool sends_as_itself(const struct judged *j, const struct recent_pod *pod)
{
	const struct packet *p = &j->packet;
	__u64 source[2];

	if (p->family == 4)
		return end4(&j->key.v4, p->sender) == pod->address4;
	end6(&j->key.v6, p->sender, source);
	return same6(source, pod->address6);
}

static __always_inline bool source_granted(const struct judged *j)
{
	const struct packet *p = &j->packet;
	__u64 source[2];

	if (p->family == 4)
		return granted4(j->ifindex, end4(&j->key.v4, p->sender));
	end6(&j->key.v6, p->sender, source);
	return granted6(j->ifindex, source);
}

#define ARP_SENDER 14 /* of ARP for IPv4 on Ethernet: the sender's protocol address */

static __always_inline bool arp_granted(struct __sk_buff *context, const struct judged *j, const struct recent_pod *pod)
{
	__be32 sender = 0;

	if (packet_load(context, ETH_HLEN + ARP_SENDER, &sender, sizeof(sender)))
		return false;
	return sender == pod->address4 || granted4(j->ifindex, sender);
}

/* RFC 4861, section 4.4: the target is the address that is advertised. */
static __always_inline bool advertisement_granted(struct __sk_buff *context, const struct judged *j,
						  const struct recent_pod *pod)
{
	__u64 target[2] = {};

	if (packet_load(context, j->packet.l4 + 8, target, sizeof(target)))
		return false;
	return same6(target, pod->address6) || granted6(j->ifindex, target);
}

static __always_inline bool link_granted(struct __sk_buff *context, const struct judged *j, const struct recent_pod *pod)
{
	switch (j->packet.link) {
	case LINK_ARP:
		return arp_granted(context, j, pod);
	case LINK_ROUTER: /* a pod is no router */
		return false;
	case LINK_ADVERTISEMENT:
		if (!advertisement_granted(context, j, pod))
			return false;
	}
	return sends_as_itself(j, pod) || source_granted(j);
}

#endif
