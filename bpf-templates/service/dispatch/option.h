/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* option.h: DISPATCH_OPT. The packet goes to the backend as if the client had sent it there, and an option behind the fixed
 * header says what the client asked for: on IPv4 an option of RFC 4727 that every fragment has, on IPv6 a header of destination
 * options with one that who does not know it skips.
 *   option_fits(context, work) -> bool              else another mode has to carry this packet
 *   option_put_on(context, work) -> 0 or -1         the packet is rewritten already, work->key as it arrived
 */
#ifndef POLC_SERVICE_OPTION_H
#define POLC_SERVICE_OPTION_H

#include "outer.h"

#define OPTION4_TYPE 158
#define OPTION6_TYPE 0x1e
#define IPV4_WORDS_MAX 15

struct option4 {
	__u8 type;
	__u8 length;
	__be16 port;
	__be32 address;
};
_Static_assert(sizeof(struct option4) == 8, "two words of an IPv4 header");

struct option6 {
	__u8 next;
	__u8 eights; /* of bytes, without the first eight */
	__u8 type;
	__u8 length;
	__be16 port;
	__be32 address[4];
	__u8 pad[2]; /* PadN without bytes of its own */
} __attribute__((packed));
_Static_assert(sizeof(struct option6) == 24, "three times eight");

/* A full IPv4 header has no room, and on IPv6 hop-by-hop options stay the first header. */
static __always_inline bool option_fits(packet_context *context, const struct work *work)
{
	__u8 byte = 0;

	if (packet_load(context, work->l3 + (work->family == 4 ? 0 : 6), &byte, 1))
		return false;
	return work->family == 4 ? (byte & 15) + sizeof(struct option4) / 4 <= IPV4_WORDS_MAX : byte != IPPROTO_HOPOPTS;
}

/* `sum`: of the option, which the header's checksum covers from now on. */
static __always_inline int option4_lengthen(packet_context *context, __u32 l3, __u32 length, __u32 sum)
{
	struct iphdr *ip;
	__u32 before;

	if (l3 > LINK_HEADER_LONGEST)
		return -1;
	ip = packet_data(context) + l3;
	if ((void *)(ip + 1) > packet_data_end(context))
		return -1;
	before = *(__u32 *)ip;
	ip->ihl += sizeof(struct option4) / 4;
	ip->tot_len = bpf_htons(length);
	ip->check = sum_mended(ip->check, diff_both(sum, diff32(before, *(__u32 *)ip)));
	return 0;
}

static __always_inline int option4_write(packet_context *context, __u32 l3, const struct option4 *option)
{
	__u32 *to;

	if (l3 > LINK_HEADER_LONGEST)
		return -1;
	to = packet_data(context) + l3 + sizeof(struct iphdr);
	if ((void *)(to + 2) > packet_data_end(context))
		return -1;
	to[0] = ((const __u32 *)option)[0];
	to[1] = ((const __u32 *)option)[1];
	return 0;
}

/* `key`: the tuple that the client asked; `length`: of the packet before. */
static __always_inline int option4_put(packet_context *context, __u32 l3, const union flow_key *key, __u32 length)
{
	struct option4 option = { OPTION4_TYPE, sizeof(option), key->v4.ports >> 16, key->v4.destination };
	__u32 sum = diff_both(((__u32 *)&option)[0], ((__u32 *)&option)[1]);

	if (packet_grow_after_ip(context, l3, 4, sizeof(option), PACKET_KEEP_SEGMENTS) ||
	    option4_write(context, l3, &option))
		return -1;
	return option4_lengthen(context, l3, length + sizeof(option), sum);
}

static __always_inline int option4_put_on(packet_context *context, const struct work *work)
{
	return option4_put(context, work->l3, &work->key, work->end - work->l3);
}

static __always_inline int option6_put_on(packet_context *context, const struct work *work)
{
	struct option6 option = {
		.eights = sizeof(option) / 8 - 1,
		.type = OPTION6_TYPE,
		.length = sizeof(option.port) + sizeof(option.address),
		.port = work->key.v6.ports >> 16,
		.pad = { 1, 0 },
	};
	__be16 length = bpf_htons(work->end - work->l3 - sizeof(struct ipv6hdr) + sizeof(option));
	__u8 next = IPPROTO_DSTOPTS;

	__builtin_memcpy(option.address, work->key.v6.destination, sizeof(option.address));
	if (packet_load(context, work->l3 + 6, &option.next, 1) ||
	    packet_grow_after_ip(context, work->l3, 6, sizeof(option), PACKET_KEEP_SEGMENTS) ||
	    packet_store(context, work->l3 + sizeof(struct ipv6hdr), &option, sizeof(option)) ||
	    packet_store(context, work->l3 + 4, &length, sizeof(length)) ||
	    packet_store(context, work->l3 + 6, &next, sizeof(next)))
		return -1;
	return 0;
}

static __always_inline int option_put_on(packet_context *context, const struct work *work)
{
	return work->family == 4 ? option4_put_on(context, work) : option6_put_on(context, work);
}

#endif
