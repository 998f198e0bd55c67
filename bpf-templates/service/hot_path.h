/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* hot_path.h: what most packets at a pod are, TCP on plain IPv4 without SYN, FIN and RST, of a flow that has just had another.
 *   parse_hot(context, &key) -> bool            false decides nothing
 *   follow_hot(context, &key, hook) -> action   UNDECIDED: the packet is untouched, and plain_packet.h has its turn
 *   look_up_flow(&plain, &key, hook, &entry)    the entry that the packet follows as it is, or NULL; and what was found
 * The first two have not one call. Addresses and ports are those of the key, so what the sums gain was found when
 * the copy was made.
 */
#ifndef POLC_SERVICE_HOT_PATH_H
#define POLC_SERVICE_HOT_PATH_H

#include "hot_flows.h"
#include "plain_packet.h"

/* Behind the link's header. */
struct hot_packet {
	struct iphdr ip;
	__u32 ports;
	__be32 numbers[2];
	__u8 offset;
	__u8 flags;
	__be16 window;
	__u16 checksum;
	__u16 urgent;
};
_Static_assert(sizeof(struct hot_packet) == sizeof(struct iphdr) + sizeof(struct tcphdr), "both headers");

static __always_inline struct hot_packet *hot_packet_of(packet_context *context)
{
	struct hot_packet *packet = packet_data(context) + ETH_HLEN;

	return (void *)(packet + 1) > packet_data_end(context) ? NULL : packet;
}

/* Two reads: the link's type, version and header length; fragment and protocol. */
static __always_inline bool is_plain_tcp(const struct hot_packet *packet)
{
	__u32 first = *(const __u32 *)((const __u8 *)packet - sizeof(__be16));
	__u32 second = *(const __u32 *)&packet->ip.frag_off;

	return (first & bpf_htonl(0xffffff00)) == bpf_htonl(ETH_P_IP << 16 | IPV4_WITHOUT_OPTIONS << 8) &&
	       (second & bpf_htonl(IPV4_ANY_FRAGMENT << 16 | 0xff)) == bpf_htonl(IPPROTO_TCP);
}

static __always_inline bool parse_hot(packet_context *context, struct flow4_key *key)
{
	const struct hot_packet *packet = hot_packet_of(context);
	__u32 length, header;

	if (!packet || !is_plain_tcp(packet) || packet->flags & 0x07)
		return false;
	length = bpf_ntohs(packet->ip.tot_len);
	header = packet->offset >> 4;
	if (header < 5 || sizeof(struct iphdr) + header * 4 > length || length + ETH_HLEN > packet_length(context))
		return false;
	*key = (struct flow4_key){ packet->ip.saddr, packet->ip.daddr, packet->ports, IPPROTO_TCP };
	return true;
}

/* RFC 1624: both are of 16 bits. */
static __always_inline __u16 hot_sum_mended(__u16 checksum, __u16 gain)
{
	__u32 sum = (__u16)~checksum + gain;

	return ~((sum & 0xffff) + (sum >> 16));
}

/* Of a partial checksum only the pseudo header's sum is there. */
static __always_inline __u16 hot_checksum(__u16 checksum, const struct hot_flow *hot, enum checksum_state state)
{
	return state == CHECKSUM_PARTIAL ? sum_fold16(checksum + hot->addresses) : hot_sum_mended(checksum, hot->both);
}

static __always_inline int follow_hot(packet_context *context, const struct flow4_key *key, enum service_hook hook)
{
	__u32 hash = hot_hash(key);
	const struct hot_flow *hot = hot_flow_at(hash);
	struct hot_packet *packet = hot_packet_of(context);
	enum checksum_state state;

	if (!hot || !packet || !hot_flow_is(hot, key, flow_version(hash), bpf_jiffies64()))
		return UNDECIDED;
	if (hot->hook != hook)
		return hot->hook == SERVICE_HOOKS && hook != SERVICE_FROM_POD ? ACTION_PASS : UNDECIDED;
	state = packet_checksum_state(context);
	if (state == CHECKSUM_COMPLETE || state == CHECKSUM_UNKNOWN)
		return UNDECIDED;
	packet->ip.check = hot_sum_mended(packet->ip.check, hot->addresses);
	packet->ip.saddr = address4(hot->flow.source);
	packet->ip.daddr = address4(hot->flow.destination);
	packet->ports = ports_after(&hot->flow);
	packet->checksum = hot_checksum(packet->checksum, hot, state);
	if (hook != SERVICE_FROM_POD)
		count_service(SERVICE_COUNT_REPLIED);
	return ACTION_PASS;
}

/* The next packet of the same flow will be hot. What no flow has passes at all hooks but from_pod, where it may open one. */
static __always_inline const struct flow *look_up_flow(const struct plain *plain, const union flow_key *key,
						       enum service_hook hook, struct flow **entry)
{
	bool hot = plain->family == 4 && plain->proto == IPPROTO_TCP && !(plain->flags & 0x07), follows;
	__u32 version = hot ? flow_version(hot_hash(&key->v4)) : 0;
	struct flow *flow = LOOK_UP(flows, plain->family, key);

	*entry = flow;
	follows = flow && plain_follows(plain, flow, hook);
	if (hot && (flow ? follows : hook != SERVICE_FROM_POD))
		hot_flow_keep(&key->v4, version, flow);
	return follows ? flow : NULL;
}

#endif
