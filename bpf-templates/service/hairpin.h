/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* hairpin.h: a pod that reaches itself by a service. It would take a packet with its own address as source for its own, so that
 * gets the hairpin address, to which the pod answers by way of the node.
 *   is_source(work, address), is_to_hairpin(family, key), read_hairpin(family, address)
 *   send_back(context) -> action     out of the interface that it came from
 */
#ifndef POLC_SERVICE_HAIRPIN_H
#define POLC_SERVICE_HAIRPIN_H

#include "rewrite.h"
#include "service_maps.h"

static __always_inline bool is_source(const struct work *work, const __u8 *address)
{
	const __u64 *words = (const __u64 *)address;

	if (work->family == 4)
		return work->key.v4.source == address4(address);
	return work->key.v6.source[0] == words[0] && work->key.v6.source[1] == words[1];
}

static __always_inline bool is_to_hairpin(__u8 family, const union flow_key *key)
{
	const volatile __u64 *words = (const volatile __u64 *)service.hairpin6;

	if (family == 4)
		return key->v4.destination == *(const volatile __be32 *)service.hairpin4;
	return key->v6.destination[0] == words[0] && key->v6.destination[1] == words[1];
}

static __always_inline void read_hairpin(__u8 family, __u8 *address)
{
	const volatile __u64 *words = (const volatile __u64 *)(family == 4 ? service.hairpin4 : service.hairpin6);

	((__u64 *)address)[0] = words[0];
	((__u64 *)address)[1] = words[1];
}

static __always_inline int send_back(packet_context *context)
{
	struct ethhdr before = {}, after;

	if (packet_load(context, 0, &before, 2 * ETH_ALEN))
		return ACTION_DROP;
	__builtin_memcpy(after.h_dest, before.h_source, ETH_ALEN);
	__builtin_memcpy(after.h_source, before.h_dest, ETH_ALEN);
	if (packet_store(context, 0, &after, 2 * ETH_ALEN))
		return ACTION_DROP;
	return packet_send(context, packet_ifindex(context));
}

#endif
