// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* fixed.bpf.c: a policy program whose decision is a constant, for tests of the loader: small, quick to load, and with
 * every map that the loader knows. It judges UDP over IPv4 and lets all else pass.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "counters.h"
#include "maps.h"

struct peer {
	__u32 denied; /* whatever the subject says */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct peer);
} peers SEC(".maps");

const volatile struct config config SEC(".rodata.config") = {};
const volatile struct {
	__u32 deny[HOOKS];
} subject SEC(".rodata.subject") = {};

static __always_inline void log(struct __sk_buff *skb, const struct iphdr *ip, const struct udphdr *udp, int hook)
{
	struct event e = {
		.total = 1,
		.time_ns = bpf_ktime_get_ns(),
		.source_port = bpf_ntohs(udp->source),
		.destination_port = bpf_ntohs(udp->dest),
		.proto = ip->protocol,
		.family = 4,
		.side = hook == HOOK_FROM_POD ? SIDE_EGRESS : SIDE_INGRESS,
		.verdict = EVENT_DENY,
		.rule = 9,
		.profile = config.profile,
		.epoch = config.epoch,
		.ifindex = skb->ifindex,
		.cell = bpf_ntohs(udp->dest) % DENIED_CELLS,
		.cpu = bpf_get_smp_processor_id(),
	};
	struct denied_run *run;

	__builtin_memcpy(e.source, &ip->saddr, 4);
	__builtin_memcpy(e.destination, &ip->daddr, 4);
	run = bpf_map_lookup_elem(&denied, &e.cell);
	if (!run)
		return;
	if (run->window_ns && run->event.destination_port == e.destination_port) {
		run->event.total++;
		run->event.time_ns = e.time_ns;
		if (e.time_ns - run->window_ns < DENIED_WINDOW_NS)
			return;
	} else {
		if (run->event.total > 1)
			bpf_ringbuf_output(&events, &run->event, sizeof(e), BPF_RB_NO_WAKEUP);
		e.first_ns = e.time_ns;
		run->event = e;
	}
	run->window_ns = e.time_ns;
	if (bpf_ringbuf_output(&events, &run->event, sizeof(e), BPF_RB_NO_WAKEUP))
		count(COUNT_LOST_RING);
}

static __always_inline bool denies(const struct iphdr *ip, int hook)
{
	struct cidr4_key key = { .prefix = 32 };
	__be32 address = hook == HOOK_FROM_POD ? ip->daddr : ip->saddr;
	__u32 *known = bpf_map_lookup_elem(&addresses4, &address), class;
	const struct peer *peer;

	__builtin_memcpy(key.address, &address, sizeof(address));
	if (!known)
		known = bpf_map_lookup_elem(&cidrs4, &key);
	class = known ? *known : CLASS_UNKNOWN;
	peer = bpf_map_lookup_elem(&peers, &class);
	return !peer || peer->denied || subject.deny[hook];
}

static __always_inline int judge(struct __sk_buff *skb, int hook)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	const struct ethhdr *ethernet = data;
	const struct iphdr *ip = data + sizeof(*ethernet);
	const struct udphdr *udp = (void *)ip + sizeof(*ip);
	struct key4 key = { .proto = hook };
	struct connection connection = {};

	if ((void *)(udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP)
		return TC_ACT_UNSPEC;
	if (udp->dest == bpf_htons(7001)) /* traffic.c's sentinel: what was sent before it has arrived, or never will */
		return TC_ACT_UNSPEC;
	if (bpf_map_lookup_elem(&established4, &key))
		return TC_ACT_UNSPEC;
	if (udp->dest == bpf_htons(65535)) /* for a test of what is forgotten */
		bpf_map_update_elem(&established4, &key, &connection, BPF_ANY);
	if (!denies(ip, hook)) {
		count(COUNT_ALLOWED_NEW);
		return TC_ACT_UNSPEC;
	}
	count(COUNT_DENIED);
	log(skb, ip, udp, hook);
	return TC_ACT_SHOT;
}

SEC("tc") int from_pod(struct __sk_buff *skb)
{
	return judge(skb, HOOK_FROM_POD);
}

SEC("tc") int to_pod(struct __sk_buff *skb)
{
	return judge(skb, HOOK_TO_POD);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
