/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* ipip.h: DISPATCH_IPIP, RFC 2003 and RFC 2473. The inner packet stays as the client sent it.
 *   ipip_put_on(context, work, via) -> 0 or -1
 */
#ifndef POLC_SERVICE_IPIP_H
#define POLC_SERVICE_IPIP_H

#include "outer.h"

#define IPIP_BYTES4 sizeof(struct iphdr)
#define IPIP_BYTES6 sizeof(struct ipv6hdr)

static __always_inline int ipip4_put_on(packet_context *context, const struct work *work, const __u8 *via, int class)
{
	struct iphdr outer;

	if (packet_grow_before_ip(context, work->l3, sizeof(outer), packet_encapsulation(context, 4, false)))
		return -1;
	ipv4_fill(&outer, class, work->end - work->l3 + sizeof(outer), IPPROTO_IPIP, outer_source4(&work->key),
		  *(const __be32 *)via);
	return write_front(context, work->l3, &outer, sizeof(outer));
}

static __always_inline int ipip6_put_on(packet_context *context, const struct work *work, const __u8 *via, int class)
{
	__u32 hash = outer_hash(work->family, &work->key);
	struct ipv6hdr outer;
	__u64 source[2];

	if (packet_grow_before_ip(context, work->l3, sizeof(outer), packet_encapsulation(context, 6, false)))
		return -1;
	outer_source6(hash, source);
	ipv6_fill(&outer, class, hash, work->end - work->l3, IPPROTO_IPV6, source, (const void *)via);
	return write_front(context, work->l3, &outer, sizeof(outer));
}

static __always_inline int ipip_put_on(packet_context *context, const struct work *work, const __u8 *via)
{
	int class = traffic_class(context, work);

	if (class < 0)
		return -1;
	return work->family == 4 ? ipip4_put_on(context, work, via, class) : ipip6_put_on(context, work, via, class);
}

#endif
