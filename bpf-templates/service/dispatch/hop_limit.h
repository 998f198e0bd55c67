/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* hop_limit.h: what a router does with every packet that it sends on. Packets in a tunnel keep theirs.
 *   hop_limit_left(context, work) -> bool        may it go on?
 *   hop_limit_take(context, work) -> 0 or -1     one less
 */
#ifndef POLC_SERVICE_HOP_LIMIT_H
#define POLC_SERVICE_HOP_LIMIT_H

#include "outer.h"

static __always_inline bool hop_limit_left(packet_context *context, const struct work *work)
{
	__u8 limit = 0;

	return !packet_load(context, work->l3 + (work->family == 4 ? 8 : 7), &limit, 1) && limit > 1;
}

static __always_inline int hop_limit_take(packet_context *context, const struct work *work)
{
	__u32 l3 = work->l3, before;
	struct ipv6hdr *ip6;
	struct iphdr *ip;

	if (l3 > LINK_HEADER_LONGEST)
		return -1;
	ip = packet_data(context) + l3;
	ip6 = packet_data(context) + l3;
	if ((void *)(ip + 1) > packet_data_end(context))
		return -1;
	if (work->family == 6) {
		ip6->hop_limit--;
		return 0;
	}
	before = *(__u32 *)&ip->ttl & 0xffff;
	ip->ttl--;
	ip->check = sum_mended(ip->check, diff32(before, *(__u32 *)&ip->ttl & 0xffff));
	return 0;
}

#endif
