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

static __always_inline int drop_forged(void)
{
	count_service(SERVICE_COUNT_DROPPED_TUNNEL);
	return ACTION_DROP;
}

static __always_inline void read_destination(const struct work *work, __u8 *address)
{
	if (work->family == 4)
		*(__be32 *)address = work->key.v4.destination;
	else
		__builtin_memcpy(address, work->key.v6.destination, 16);
}

/* The packet is as the client sent it, to `endpoint`, or is the endpoint's already. */
static __always_inline int arrive(packet_context *context, struct work *work, struct arrival *asked, bool rewritten)
{
	int parsed = parse_packet(context, work);

	if (parsed != PARSED_FLOW)
		return drop_forged();
	if (rewritten)
		read_destination(work, asked->endpoint);
	work->received = 1;
	return accept_arrival(context, work, asked);
}

static __always_inline int receive_tunnel(packet_context *context, struct work *work, struct arrival *asked,
					  __u32 bytes, bool rewritten)
{
	int congestion;

	if (!is_from_node(work))
		return drop_forged();
	congestion = is_congested(context, work);
	if (packet_shrink_before_ip(context, work->l3, bytes, PACKET_KEEP_SEGMENTS) ||
	    (congestion && tell_congestion(context, work)))
		return drop_forged();
	return arrive(context, work, asked, rewritten);
}

static __always_inline int receive_ipip(packet_context *context, struct work *work)
{
	struct arrival asked = {};

	if (!ipip_asks(context, work, &asked))
		return UNDECIDED;
	read_destination(work, asked.endpoint);
	return receive_tunnel(context, work, &asked, work->l4 - work->l3, false);
}

static __always_inline int receive_geneve(packet_context *context, struct work *work)
{
	__u32 bytes = work->l4 - work->l3 + sizeof(struct udphdr) + sizeof(struct geneve) + (work->family == 4 ? 4 : 16);
	struct arrival asked = {};

	if (!geneve_asks(context, work, &asked))
		return UNDECIDED;
	return receive_tunnel(context, work, &asked, bytes, true);
}

static __always_inline int receive_option(packet_context *context, struct work *work)
{
	struct arrival asked = {};
	int found = work->family == 4 ? option4_asks(context, work, &asked) : option6_asks(context, work, &asked);

	if (!found)
		return UNDECIDED;
	if (work->family == 4 ? option4_take_off(context, work) : option6_take_off(context, work))
		return drop_forged();
	return arrive(context, work, &asked, true);
}

__noinline int receive(packet_context *context, struct work *work)
{
	if (!work)
		return UNDECIDED;
	if (work->proto == (work->family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6))
		return work->fragment == FRAGMENT_NONE ? receive_ipip(context, work) : UNDECIDED;
	if (work->proto == IPPROTO_UDP && work->fragment == FRAGMENT_NONE && work_ports_of(work) >> 16 == service.geneve_port) {
		int outcome = receive_geneve(context, work);

		if (outcome != UNDECIDED)
			return outcome;
	}
	return work->options ? receive_option(context, work) : UNDECIDED;
}

#endif
