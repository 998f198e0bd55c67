/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* icmp_answer.h: an ICMP error made of the packet that it is about.
 *   icmp_answer(context, work, kind, info) -> action     kind: ICMP_KIND(type, code); info: what follows the checksum
 * It quotes as much as fits into 576 bytes (RFC 1812, 4.3.2.3) or 1,280 (RFC 4443, 2.4 c).
 */
#ifndef POLC_SERVICE_ICMP_ANSWER_H
#define POLC_SERVICE_ICMP_ANSWER_H

#include "answer.h"

#define ICMP_KIND(type, code) ((type) << 8 | (code))
#define ICMP_ANSWER_MAX4 576
#define ICMP_ANSWER_MAX6 1280

struct icmp_header {
	__be16 kind;
	__u16 checksum;
	__be32 info;
};

struct icmp_answer4 {
	struct iphdr ip;
	struct icmp_header icmp;
};

struct icmp_answer6 {
	struct ipv6hdr ip;
	struct icmp_header icmp;
};

/* Cuts the packet to what is quoted, and makes room before it: bytes of the quote, or -1. */
static __always_inline int make_room(packet_context *context, const struct work *work, __u32 header, __u32 most)
{
	__u32 quote = work->end - work->l3;

	if (quote > most - header)
		quote = most - header;
	if (packet_length(context) != work->l3 + quote && packet_resize(context, work->l3 + quote))
		return -1;
	if (packet_grow_before_ip(context, work->l3, header, PACKET_KEEP_SEGMENTS))
		return -1;
	return quote;
}

static __always_inline int icmp4_answer(packet_context *context, const struct work *work, __u32 kind, __u32 info)
{
	struct icmp_answer4 answer = { .icmp = { .kind = bpf_htons(kind), .info = bpf_htonl(info) } };
	int quote = make_room(context, work, sizeof(answer), ICMP_ANSWER_MAX4);
	__u32 sum;

	if (quote < 0)
		return -1;
	sum = sum_of(context, work->l3 + sizeof(answer), quote);
	answer.icmp.checksum = sum_complement(diff_both(sum, sum_of_words(&answer.icmp, 2)));
	ipv4_fill(&answer.ip, INTERNETWORK_CONTROL, sizeof(answer) + quote, IPPROTO_ICMP, work->key.v4.destination,
		  work->key.v4.source);
	return write_front(context, work->l3, &answer, sizeof(answer));
}

static __always_inline int icmp6_answer(packet_context *context, const struct work *work, __u32 kind, __u32 info)
{
	struct icmp_answer6 answer = { .icmp = { .kind = bpf_htons(kind), .info = bpf_htonl(info) } };
	int quote = make_room(context, work, sizeof(answer), ICMP_ANSWER_MAX6);
	__u32 sum, length;

	if (quote < 0)
		return -1;
	length = sizeof(answer.icmp) + quote;
	ipv6_fill(&answer.ip, 0, 0, length, IPPROTO_ICMPV6, work->key.v6.destination, work->key.v6.source);
	sum = sum_of(context, work->l3 + sizeof(answer), quote);
	sum = diff_both(sum, sum_of_words(&answer.icmp, 2));
	sum = diff_both(sum, sum_of_words(&answer.ip.saddr, 8));
	sum = diff_both(sum, diff_both(bpf_htonl(length), bpf_htonl(IPPROTO_ICMPV6)));
	answer.icmp.checksum = sum_complement(sum);
	return write_front(context, work->l3, &answer, sizeof(answer));
}

__noinline int icmp_answer(packet_context *context, struct work *work, __u32 kind, __u32 info)
{
	int failed;

	if (!work || !may_be_answered(context, work))
		return ACTION_DROP;
	failed = work->family == 4 ? icmp4_answer(context, work, kind, info) : icmp6_answer(context, work, kind, info);
	return failed ? ACTION_DROP : send_answer(context, work);
}

#endif
