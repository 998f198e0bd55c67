/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* tcp_reset.h: the RST of a closed port, RFC 9293, 3.10.7.1.
 *   tcp_reset(context, work) -> action
 */
#ifndef POLC_SERVICE_TCP_RESET_H
#define POLC_SERVICE_TCP_RESET_H

#include "answer.h"

struct reset4 {
	struct iphdr ip;
	struct tcphdr tcp;
};

struct reset6 {
	struct ipv6hdr ip;
	struct tcphdr tcp;
};

/* To an ACK: the number that it expects. To anything else: 0, and an ACK of all that came. */
static __always_inline void reset_fill(struct tcphdr *reset, const struct tcphdr *tcp, __u32 bytes)
{
	*reset = (struct tcphdr){ .source = tcp->dest, .dest = tcp->source, .doff = 5, .rst = 1 };
	if (tcp->ack) {
		reset->seq = tcp->ack_seq;
	} else {
		reset->ack = 1;
		reset->ack_seq = bpf_htonl(bpf_ntohl(tcp->seq) + bytes + tcp->syn + tcp->fin);
	}
}

static __always_inline int reset4(packet_context *context, const struct work *work, const struct tcphdr *tcp, __u32 bytes)
{
	struct reset4 reset;
	__u32 sum;

	if (packet_resize(context, work->l3 + sizeof(reset)))
		return -1;
	ipv4_fill(&reset.ip, 0, sizeof(reset), IPPROTO_TCP, work->key.v4.destination, work->key.v4.source);
	reset_fill(&reset.tcp, tcp, bytes);
	sum = diff_both(sum_of_words(&reset.tcp, 5), sum_of_words(&reset.ip.saddr, 2));
	reset.tcp.check = sum_complement(diff_both(sum, bpf_htonl(IPPROTO_TCP << 16 | sizeof(reset.tcp))));
	return write_front(context, work->l3, &reset, sizeof(reset));
}

static __always_inline int reset6(packet_context *context, const struct work *work, const struct tcphdr *tcp, __u32 bytes)
{
	struct reset6 reset;
	__u32 sum;

	if (packet_resize(context, work->l3 + sizeof(reset)))
		return -1;
	ipv6_fill(&reset.ip, 0, 0, sizeof(reset.tcp), IPPROTO_TCP, work->key.v6.destination, work->key.v6.source);
	reset_fill(&reset.tcp, tcp, bytes);
	sum = diff_both(sum_of_words(&reset.tcp, 5), sum_of_words(&reset.ip.saddr, 8));
	reset.tcp.check = sum_complement(diff_both(sum, bpf_htonl(IPPROTO_TCP << 16 | sizeof(reset.tcp))));
	return write_front(context, work->l3, &reset, sizeof(reset));
}

__noinline int tcp_reset(packet_context *context, struct work *work)
{
	struct tcphdr tcp = {};
	__u32 bytes;
	int failed;

	if (!work || !may_be_answered(context, work) || packet_load(context, work->l4, &tcp, sizeof(tcp)))
		return ACTION_DROP;
	bytes = work->end - work->l4 - tcp.doff * 4;
	failed = work->family == 4 ? reset4(context, work, &tcp, bytes) : reset6(context, work, &tcp, bytes);
	return failed ? ACTION_DROP : send_answer(context, work);
}

#endif
