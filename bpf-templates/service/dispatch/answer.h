/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* answer.h: what every answer that this node makes of a packet has in common.
 *   may_be_answered(context, work) -> bool     RFC 1122, 3.2.2; RFC 1812, 4.3.2.7; RFC 4443, 2.4 e
 *   sum_of(context, offset, length)            of bytes of the packet
 *   send_answer(context, work)                 the way the packet came; of one that another node sent on, to its client
 * An answer's source is the address that was asked, its destination the packet's source.
 */
#ifndef POLC_SERVICE_ANSWER_H
#define POLC_SERVICE_ANSWER_H

#include "next_hop.h"
#include "outer.h"

#define INTERNETWORK_CONTROL 0xc0 /* RFC 1812, 4.3.2.5 */
#define CHUNK 64
#define CHUNKS 20 /* 1280 bytes */

static __always_inline bool is_host4(__be32 address)
{
	__u8 first = address & 0xff;

	return first != 0 && first != 127 && first < 224;
}

static __always_inline bool is_host6(const __u64 *address)
{
	return (address[0] & 0xff) != 0xff && (address[0] || (address[1] & ~bpf_cpu_to_be64(1)));
}

/* Whoever sent to several hosts, or from no single one, gets nothing. */
static __always_inline bool ends_are_hosts(packet_context *context, const struct work *work)
{
	const union flow_key *key = &work->key;
	__u8 to = 0;

	if (packet_load(context, 0, &to, 1) || to & 1)
		return false;
	if (work->family == 4)
		return is_host4(key->v4.source) && is_host4(key->v4.destination);
	return is_host6(key->v6.source) && is_host6(key->v6.destination);
}

static __always_inline bool may_be_answered(packet_context *context, const struct work *work)
{
	return !work->quoted && work->fragment != FRAGMENT_LATER && !work->rst && ends_are_hosts(context, work);
}

/* Whole chunks, then what is left: the verifier sees a loop whose steps are all alike. */
__noinline int sum_of(packet_context *context, __u32 offset, __u32 length)
{
	__u64 chunk[CHUNK / 8] = {};
	__u32 at = 0, rest;
	__s64 sum = 0;

	for (int i = 0; i < CHUNKS && at + CHUNK <= length; i++) {
		if (packet_load(context, offset + at, chunk, CHUNK))
			return 0;
		sum = bpf_csum_diff(NULL, 0, (void *)chunk, CHUNK, sum);
		at += CHUNK;
	}
	rest = length - at;
	KEEP_TAKEN(rest);
	if (rest < 1 || rest >= CHUNK)
		return sum_fold(sum);
	__builtin_memset(chunk, 0, sizeof(chunk));
	if (packet_load(context, offset + at, chunk, rest))
		return 0;
	return sum_fold(bpf_csum_diff(NULL, 0, (void *)chunk, CHUNK, sum));
}

/* A checksum of the sum of all bytes that it covers. */
static __always_inline __u16 sum_complement(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static __always_inline __u32 sum_of_words(const void *from, const __u32 words)
{
	const __u32 *word = from;
	__u64 sum = 0;

#pragma unroll
	for (__u32 i = 0; i < words; i++)
		sum += word[i];
	return sum_fold(sum);
}

static __always_inline int turn_link_header(packet_context *context)
{
	struct ethhdr *eth = packet_data(context);
	__u8 to[ETH_ALEN];

	if ((void *)(eth + 1) > packet_data_end(context))
		return -1;
	__builtin_memcpy(to, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, to, ETH_ALEN);
	return 0;
}

/* What another node sent on came by that node, and it need not be a router for the client. */
static __always_inline int send_answer(packet_context *context, const struct work *work)
{
	struct next_hop *hop;
	__u64 client[2] = {};

	if (work->received) {
		if (work->family == 4)
			*(__be32 *)client = work->key.v4.source;
		else
			__builtin_memcpy(client, work->key.v6.source, 16);
		hop = next_hop(context, work->family, (void *)client);
		if (hop && hop->ifindex && packet_can_send(context, hop->ifindex, hop->resolved))
			return send(context, hop);
	}
	return turn_link_header(context) ? ACTION_DROP : packet_send(context, packet_ifindex(context));
}

#endif
