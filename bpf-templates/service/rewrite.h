/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* rewrite.h: gives a packet the tuple that its flow has afterwards, checksums included.
 *   rewrite_tuple(context, where, old, flow) -> 0 or -1    inline; the packet itself
 *   rewrite(context, work, flow) -> 0 or -1                the packet, or the packet that an ICMP error quotes as well
 * A failure leaves a packet that has to be dropped.
 */
#ifndef POLC_SERVICE_REWRITE_H
#define POLC_SERVICE_REWRITE_H

#include <stddef.h>

#include "checksum.h"
#include "sctp_checksum.h"
#include "service_packet.h"

#define TCP_CHECKSUM_OFFSET 16
#define UDP_CHECKSUM_OFFSET 6
#define ICMP_CHECKSUM_OFFSET 2

/* Where the headers are. l4 is 0 if there are none here: a later fragment. */
struct where {
	__u32 l3;
	__u32 l4;
	__u32 end;
	__u8 family;
	__u8 proto;
};

/* IPv4 from the time to live on. */
struct iphdr_tail {
	__u16 ttl_and_protocol;
	__u16 checksum;
	__be32 source;
	__be32 destination;
};

_Static_assert(offsetof(struct flow, destination) == offsetof(struct flow, source) + 16, "a flow's ends are struct ends6");

static __always_inline __be32 address4(const __u8 *address)
{
	return *(const __be32 *)address;
}

static __always_inline __u32 ports_after(const struct flow *flow)
{
	return flow->source_port | (__u32)flow->destination_port << 16;
}

/* `diff`: what the pseudo header's sum gets. */
static __always_inline int rewrite_addresses4(packet_context *context, __u32 l3, __be32 source, __be32 destination,
					      __u32 *diff)
{
	struct iphdr_tail tail = {};
	__u32 at = l3 + 8;

	if (packet_load(context, at, &tail, sizeof(tail)))
		return -1;
	*diff = diff_both(diff32(tail.source, source), diff32(tail.destination, destination));
	tail.checksum = sum_mended(tail.checksum, *diff);
	tail.source = source;
	tail.destination = destination;
	return packet_store(context, at, &tail, sizeof(tail)) ? -1 : 0;
}

struct ends6 {
	__u64 source[2];
	__u64 destination[2];
};

__noinline int rewrite_ends6(packet_context *context, __u32 l3, const struct ends6 *after, __u32 *diff)
{
	struct ends6 before = {};
	__u32 at = l3 + 8;

	if (!after || !diff || packet_load(context, at, &before, sizeof(before)))
		return -1;
	*diff = diff_both(diff128(before.source, after->source), diff128(before.destination, after->destination));
	return packet_store(context, at, after, sizeof(*after)) ? -1 : 0;
}

static __always_inline int rewrite_transport(packet_context *context, const struct where *where, __u32 before,
					     __u32 after, __u32 addresses)
{
	bool udp = where->proto == IPPROTO_UDP;
	__u32 checksum = where->l4 + (udp ? UDP_CHECKSUM_OFFSET : TCP_CHECKSUM_OFFSET);

	if (where->proto == IPPROTO_SCTP) {
		if (before == after)
			return 0;
		if (where->end < where->l4 || /* the first of several fragments: its sum is over all of them */
		    sctp_mend(context, where->l4, where->end - where->l4, before, after))
			return -1;
		return packet_store(context, where->l4, &after, sizeof(after)) ? -1 : 0;
	}
	if (packet_mend_addresses(context, checksum, addresses, where->family, udp))
		return -1;
	if (before == after)
		return 0;
	if (packet_mend_bytes(context, checksum, diff32(before, after), udp))
		return -1;
	return packet_store(context, where->l4, &after, sizeof(after)) ? -1 : 0;
}

static __always_inline int rewrite_tuple(packet_context *context, const struct where *where, __u32 ports,
					 const struct flow *flow)
{
	__u32 diff = 0;
	int failed;

	if (where->family == 4)
		failed = rewrite_addresses4(context, where->l3, address4(flow->source), address4(flow->destination), &diff);
	else
		failed = rewrite_ends6(context, where->l3, (const struct ends6 *)flow->source, &diff);
	if (failed || !where->l4)
		return failed;
	return rewrite_transport(context, where, ports, ports_after(flow), diff);
}

#include "rewrite_quoted.h"

__noinline int rewrite_packet(packet_context *context, struct work *work, const struct flow *flow)
{
	struct where where;

	if (!work || !flow)
		return -1;
	where = (struct where){
		.l3 = work->l3,
		.l4 = work->fragment == FRAGMENT_LATER ? 0 : work->l4,
		.end = work->fragment == FRAGMENT_FIRST ? 0 : work->end,
		.family = work->family,
		.proto = work->proto,
	};
	return rewrite_tuple(context, &where, work_ports_of(work), flow);
}

__noinline int rewrite(packet_context *context, struct work *work, const struct flow *flow)
{
	if (!work || !flow)
		return -1;
	return work->quoted ? rewrite_error(context, work, flow) : rewrite_packet(context, work, flow);
}

#endif
