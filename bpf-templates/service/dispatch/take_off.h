/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* take_off.h: the other halves of ipip.h, geneve.h and option.h: finding what they put on, and taking it off.
 *   ipip_asks(), geneve_asks(), option4_asks(), option6_asks() -> bool    fill what the client asked for
 *   option4_take_off(), option6_take_off() -> 0 or -1                     the packet is then as it was before
 *   is_congested(), tell_congestion()                                     RFC 6040: the outer header's mark is the inner's
 */
#ifndef POLC_SERVICE_TAKE_OFF_H
#define POLC_SERVICE_TAKE_OFF_H

#include "geneve.h"
#include "ipip.h"
#include "option.h"

#define CONGESTION 3 /* both bits of ECN */

/* Does anybody ask for this? A frontend of its own, or a node port. */
static __always_inline bool is_asked4(__be32 address, __be16 port, __u8 proto)
{
	struct frontend4_key key = { .address = address, .port = port, .proto = proto };

	if (bpf_map_lookup_elem(&frontends4, &key))
		return true;
	key.address = 0;
	return bpf_map_lookup_elem(&frontends4, &key);
}

static __always_inline bool is_asked6(const __u64 *address, __be16 port, __u8 proto)
{
	struct frontend6_key key = { .address = { address[0], address[1] }, .port = port, .proto = proto };

	if (bpf_map_lookup_elem(&frontends6, &key))
		return true;
	key.address[0] = key.address[1] = 0;
	return bpf_map_lookup_elem(&frontends6, &key);
}

/* Later fragments have no port: any address of a service will do, since their first decides. */
static __always_inline bool ipip4_asks(packet_context *context, const struct work *work, struct arrival *asked)
{
	struct iphdr inner = {};
	__be16 ports[2] = {};

	if (packet_load(context, work->l4, &inner, sizeof(inner)) || inner.version != 4 || inner.ihl < 5)
		return false;
	*(__be32 *)asked->service = inner.daddr;
	if (inner.frag_off & bpf_htons(IPV4_OFFSET))
		return bpf_map_lookup_elem(&destinations4, &inner.daddr);
	if (packet_load(context, work->l4 + inner.ihl * 4, ports, sizeof(ports)))
		return false;
	asked->port = ports[1];
	return is_asked4(inner.daddr, ports[1], inner.protocol);
}

/* Behind the fixed header a fragment's, perhaps; other extension headers come by the full parser's rules afterwards. */
static __always_inline bool ipip6_asks(packet_context *context, const struct work *work, struct arrival *asked)
{
	struct {
		__u8 next, reserved;
		__be16 offset;
		__be32 id;
	} fragment = {};
	__u32 at = work->l4 + sizeof(struct ipv6hdr);
	struct destination6_key address = {};
	struct ipv6hdr inner = {};
	__be16 ports[2] = {};

	if (packet_load(context, work->l4, &inner, sizeof(inner)) || inner.version != 6)
		return false;
	__builtin_memcpy(asked->service, &inner.daddr, 16);
	__builtin_memcpy(address.address, &inner.daddr, 16);
	if (inner.nexthdr != IPPROTO_TCP && inner.nexthdr != IPPROTO_UDP && inner.nexthdr != IPPROTO_SCTP &&
	    inner.nexthdr != IPPROTO_FRAGMENT)
		return bpf_map_lookup_elem(&destinations6, &address);
	if (inner.nexthdr == IPPROTO_FRAGMENT) {
		if (packet_load(context, at, &fragment, sizeof(fragment)))
			return false;
		if (fragment.offset & bpf_htons(0xfff8))
			return bpf_map_lookup_elem(&destinations6, &address);
		inner.nexthdr = fragment.next;
		at += sizeof(fragment);
	}
	if (packet_load(context, at, ports, sizeof(ports)))
		return false;
	asked->port = ports[1];
	return is_asked6(address.address, ports[1], inner.nexthdr);
}

static __always_inline bool ipip_asks(packet_context *context, const struct work *work, struct arrival *asked)
{
	return work->family == 4 ? ipip4_asks(context, work, asked) : ipip6_asks(context, work, asked);
}

static __always_inline bool geneve_asks(packet_context *context, const struct work *work, struct arrival *asked)
{
	__u32 bytes = work->family == 4 ? 4 : 16, at = work->l4 + sizeof(struct udphdr);
	__be16 protocol = work->family == 4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
	struct geneve found = {}, wanted;

	if (packet_load(context, at, &found, sizeof(found)))
		return false;
	geneve_fill(&wanted, bytes, protocol, found.port);
	if (((__u64 *)&found)[0] != ((__u64 *)&wanted)[0] || ((__u64 *)&found)[1] != ((__u64 *)&wanted)[1])
		return false;
	asked->port = found.port;
	at += sizeof(found);
	return work->family == 4 ? !packet_load(context, at, asked->service, 4) : !packet_load(context, at, asked->service, 16);
}

static __always_inline bool option4_asks(packet_context *context, const struct work *work, struct arrival *asked)
{
	struct option4 option = {};

	if (packet_load(context, work->l3 + sizeof(struct iphdr), &option, sizeof(option)) || option.type != OPTION4_TYPE ||
	    option.length != sizeof(option) || work->l4 < work->l3 + sizeof(struct iphdr) + sizeof(option))
		return false;
	asked->port = option.port;
	*(__be32 *)asked->service = option.address;
	return true;
}

static __always_inline bool option6_asks(packet_context *context, const struct work *work, struct arrival *asked)
{
	struct option6 option = {};
	__u8 next = 0;

	if (packet_load(context, work->l3 + 6, &next, 1) || next != IPPROTO_DSTOPTS ||
	    packet_load(context, work->l3 + sizeof(struct ipv6hdr), &option, sizeof(option)) ||
	    option.eights != sizeof(option) / 8 - 1 || option.type != OPTION6_TYPE ||
	    option.length != sizeof(option.port) + sizeof(option.address) || option.pad[0] != 1 || option.pad[1])
		return false;
	asked->port = option.port;
	__builtin_memcpy(asked->service, option.address, sizeof(option.address));
	return true;
}

/* An IPv4 header adds nothing to the sum of all bytes, with the option or without: its own checksum sees to that. */
static __always_inline int option4_take_off(packet_context *context, const struct work *work)
{
	struct iphdr ip = {};
	struct option4 option = {};
	__u32 before, sum;

	if (packet_load(context, work->l3, &ip, sizeof(ip)) ||
	    packet_load(context, work->l3 + sizeof(ip), &option, sizeof(option)))
		return -1;
	sum = diff_both(~((__u32 *)&option)[0], ~((__u32 *)&option)[1]);
	before = *(__u32 *)&ip;
	ip.ihl -= sizeof(option) / 4;
	ip.tot_len = bpf_htons(work->end - work->l3 - sizeof(option));
	ip.check = sum_mended(ip.check, diff_both(sum, diff32(before, *(__u32 *)&ip)));
	if (packet_shrink_after_ip(context, work->l3, 4, sizeof(option), PACKET_KEEP_SEGMENTS))
		return -1;
	return packet_store_counted(context, work->l3, &ip, sizeof(ip));
}

static __always_inline int option6_take_off(packet_context *context, const struct work *work)
{
	__be16 length = bpf_htons(work->end - work->l3 - sizeof(struct ipv6hdr) - sizeof(struct option6));
	__u8 next = 0;

	if (packet_load(context, work->l3 + sizeof(struct ipv6hdr), &next, 1) ||
	    packet_shrink_after_ip(context, work->l3, 6, sizeof(struct option6), PACKET_KEEP_SEGMENTS))
		return -1;
	return packet_store_counted(context, work->l3 + 4, &length, sizeof(length)) ||
	       packet_store_counted(context, work->l3 + 6, &next, sizeof(next));
}

static __always_inline int is_congested(packet_context *context, const struct work *work)
{
	int class = traffic_class(context, work);

	return class >= 0 && (class & CONGESTION) == CONGESTION;
}

/* RFC 6040, 4.2: an inner packet whose ends do not know ECN is dropped instead. The inner header is at l3 now. */
static __always_inline int tell_congestion(packet_context *context, const struct work *work)
{
	int class = traffic_class(context, work);
	struct iphdr ip = {};
	__u8 bits[2] = {};
	__u32 before;

	if (class < 0 || !(class & CONGESTION))
		return -1;
	if (work->family == 4) {
		if (packet_load(context, work->l3, &ip, sizeof(ip)))
			return -1;
		before = *(__u32 *)&ip;
		ip.tos |= CONGESTION;
		ip.check = sum_mended(ip.check, diff32(before, *(__u32 *)&ip));
		return packet_store_counted(context, work->l3, &ip, sizeof(ip));
	}
	if (packet_load(context, work->l3, bits, sizeof(bits)))
		return -1;
	bits[1] |= CONGESTION << 4;
	return packet_store_counted(context, work->l3, bits, sizeof(bits));
}

#endif
