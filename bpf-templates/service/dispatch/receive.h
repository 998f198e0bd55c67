/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* receive.h: what another node's dispatch put on is taken off, whatever mode this node itself is in. The pod never sees it.
 *   receive(context, work) -> action, or UNDECIDED: the packet is not from a dispatch, and untouched
 * A tunnel is believed if its outer source is a node's, or below the prefix that nodes take theirs from. Tunnels of others
 * (of the cluster's network, say) pass: an IPIP packet is ours if its inner one asks for a service, Geneve by its option.
 * Whether the pod is the service's is checked behind, by accept_arrival().
 */
#ifndef POLC_SERVICE_RECEIVE_H
#define POLC_SERVICE_RECEIVE_H

#include "../arrival.h"
#include "take_off.h"

enum found { FOUND_NONE, FOUND_IPIP, FOUND_GENEVE, FOUND_OPTION };

static __always_inline bool is_node4(__be32 address)
{
	struct destination *destination = bpf_map_lookup_elem(&destinations4, &address);
	__u32 mask = 0xffffffffu << (32 - (service.outer4_length & 31));

	if (destination && destination->flags & DESTINATION_NODE)
		return true;
	if (!service.outer4_length)
		return false;
	if (service.outer4_length >= 32)
		mask = ~0u;
	return !((address ^ *(const volatile __be32 *)service.outer4) & bpf_htonl(mask));
}

static __always_inline bool is_below6(const __u64 *address)
{
	const volatile __u64 *prefix = (const volatile __u64 *)service.outer6;
	__u8 length = service.outer6_length;
	__u64 high = length >= 64 ? ~0ull : ~(~0ull >> length), low = 0;

	if (length > 64)
		low = length >= 128 ? ~0ull : ~(~0ull >> (length - 64));
	return length && !((address[0] ^ prefix[0]) & bpf_cpu_to_be64(high)) &&
	       !((address[1] ^ prefix[1]) & bpf_cpu_to_be64(low));
}

static __always_inline bool is_node6(const __u64 *address)
{
	struct destination6_key key = { { address[0], address[1] } };
	struct destination *destination = bpf_map_lookup_elem(&destinations6, &key);

	return (destination && destination->flags & DESTINATION_NODE) || is_below6(key.address);
}

static __always_inline bool is_from_node(const struct work *work)
{
	return work->family == 4 ? is_node4(work->key.v4.source) : is_node6(work->key.v6.source);
}

static __always_inline void read_destination(const struct work *work, __u8 *address)
{
	if (work->family == 4)
		*(__be32 *)address = work->key.v4.destination;
	else
		__builtin_memcpy(address, work->key.v6.destination, 16);
}

/* What is found in a packet, and how many bytes it takes. */
__noinline int find_arrival(packet_context *context, struct work *work, struct arrival *asked)
{
	if (!work || !asked)
		return FOUND_NONE;
	if (work->proto == (work->family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6))
		return work->fragment == FRAGMENT_NONE && ipip_asks(context, work, asked) ? FOUND_IPIP : FOUND_NONE;
	if (work->proto == IPPROTO_UDP && work->fragment == FRAGMENT_NONE &&
	    work_ports_of(work) >> 16 == service.geneve_port && geneve_asks(context, work, asked))
		return FOUND_GENEVE;
	if (work->options && (work->family == 4 ? option4_asks(context, work, asked) : option6_asks(context, work, asked)))
		return FOUND_OPTION;
	return FOUND_NONE;
}

static __always_inline int take_off_tunnel(packet_context *context, const struct work *work, __u32 bytes)
{
	bool congested = is_congested(context, work);

	if (packet_shrink_before_ip(context, work->l3, bytes, PACKET_KEEP_SEGMENTS))
		return -1;
	return congested ? tell_congestion(context, work) : 0;
}

__noinline int take_off(packet_context *context, struct work *work, __u32 found)
{
	__u32 geneve;

	if (!work)
		return -1;
	geneve = sizeof(struct udphdr) + sizeof(struct geneve) + (work->family == 4 ? 4 : 16);
	switch (found) {
	case FOUND_IPIP:
		return is_from_node(work) ? take_off_tunnel(context, work, work->l4 - work->l3) : -1;
	case FOUND_GENEVE:
		return is_from_node(work) ? take_off_tunnel(context, work, work->l4 - work->l3 + geneve) : -1;
	default:
		return work->family == 4 ? option4_take_off(context, work) : option6_take_off(context, work);
	}
}

__noinline int receive(packet_context *context, struct work *work)
{
	struct arrival asked = {};
	int found;

	if (!work)
		return UNDECIDED;
	found = find_arrival(context, work, &asked);
	if (found == FOUND_NONE)
		return UNDECIDED;
	if (found == FOUND_IPIP)
		read_destination(work, asked.endpoint);
	if (take_off(context, work, found) || parse_packet(context, work) != PARSED_FLOW) {
		count_service(SERVICE_COUNT_DROPPED_TUNNEL);
		return ACTION_DROP;
	}
	if (found != FOUND_IPIP)
		read_destination(work, asked.endpoint);
	asked.tunnelled = found != FOUND_OPTION;
	work->received = 1;
	return accept_arrival(context, work, &asked);
}

#endif
