/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* rewrite_quoted.h: ICMP errors about a flow. What they quote is a packet of the other direction, as it is behind this hook: it
 * gets the tuple that it has before it. Included by rewrite.h.
 *
 * The error goes to the flow's destination. Of a reply flow it comes from the service, whoever made it: the client knows
 * nobody else. Of the other direction its source is changed only if it is the client's.
 */
#ifndef POLC_SERVICE_REWRITE_QUOTED_H
#define POLC_SERVICE_REWRITE_QUOTED_H


/* The quoted transport header: ports, and the checksum if it is there. `diff`: what the error's own sum gets. */
static __always_inline int rewrite_quoted_ports(packet_context *context, const struct work *work, __u32 after,
						__u32 addresses, __u32 *diff)
{
	__u32 proto = work_proto_of(work), before = 0, at;
	__u32 offset = proto == IPPROTO_UDP ? UDP_CHECKSUM_OFFSET : TCP_CHECKSUM_OFFSET;
	__u16 checksum = 0, mended;

	if (packet_load(context, work->quoted_l4, &before, sizeof(before)) ||
	    packet_store(context, work->quoted_l4, &after, sizeof(after)))
		return -1;
	*diff = diff32(before, after);
	at = work->quoted_l4 + offset;
	if (proto == IPPROTO_SCTP || at + sizeof(checksum) > work->end)
		return 0;
	if (packet_load(context, at, &checksum, sizeof(checksum)))
		return -1;
	if (proto == IPPROTO_UDP && !checksum)
		return 0;
	mended = sum_mended(checksum, diff_both(addresses, *diff));
	/* Offsets of checksums are even, so the word stands in the sum as it is. */
	*diff = diff_both(*diff, diff32(checksum, mended));
	return packet_store(context, at, &mended, sizeof(mended)) ? -1 : 0;
}

/* In an IPv4 header addresses and checksum cancel out, and ICMP's own sum has no pseudo header. */
__noinline int rewrite_error4(packet_context *context, const struct work *work, const struct flow *flow)
{
	__u32 diff = 0, quoted_diff = 0;
	__be32 source, destination, outer = 0;

	if (!work || !flow)
		return -1;
	source = address4(flow->source);
	destination = address4(flow->destination);
	if (rewrite_addresses4(context, work->quoted, destination, source, &quoted_diff) ||
	    rewrite_quoted_ports(context, work, ports_reversed(ports_after(flow)), quoted_diff, &diff) ||
	    packet_load(context, work->l3 + 12, &outer, sizeof(outer)))
		return -1;
	if (flow->flags & FLOW_REPLY || outer == work->key.v4.source)
		outer = source;
	if (rewrite_addresses4(context, work->l3, outer, destination, &quoted_diff))
		return -1;
	return packet_mend_bytes(context, work->l4 + ICMP_CHECKSUM_OFFSET, diff, false) ? -1 : 0;
}

__noinline int rewrite_error6(packet_context *context, const struct work *work, const struct flow *flow)
{
	__u32 diff = 0, addresses = 0, quoted_diff = 0;
	struct ends6 ends;

	if (!work || !flow)
		return -1;
	copy_address(ends.source, flow->destination);
	copy_address(ends.destination, flow->source);
	if (rewrite_ends6(context, work->quoted, &ends, &quoted_diff) ||
	    rewrite_quoted_ports(context, work, ports_reversed(ports_after(flow)), quoted_diff, &diff) ||
	    packet_load(context, work->l3 + 8, ends.source, sizeof(ends.source)))
		return -1;
	if (flow->flags & FLOW_REPLY ||
	    (ends.source[0] == work->key.v6.source[0] && ends.source[1] == work->key.v6.source[1]))
		copy_address(ends.source, flow->source);
	copy_address(ends.destination, flow->destination);
	if (rewrite_ends6(context, work->l3, &ends, &addresses) ||
	    packet_mend_addresses(context, work->l4 + ICMP_CHECKSUM_OFFSET, addresses, 6, false))
		return -1;
	diff = diff_both(diff, quoted_diff);
	return packet_mend_bytes(context, work->l4 + ICMP_CHECKSUM_OFFSET, diff, false) ? -1 : 0;
}

static __always_inline int rewrite_error(packet_context *context, const struct work *work, const struct flow *flow)
{
	return work->family == 4 ? rewrite_error4(context, work, flow) : rewrite_error6(context, work, flow);
}

#endif
