// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* floor.bpf.c: the least that a policy program can do for a TCP packet on IPv4, by hand, for one fixed policy: a peer of
 * class 7 may open port 8080. One connection look-up; for what is not known one peer look-up and one compare; then it is
 * remembered or counted, with or without an event. No IPv6, no fragments, no TCP state, no second side.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ALLOWED_CLASS 7
#define ALLOWED_PORT 8080

struct tuple {
	__be32 source, destination;
	__be16 source_port, destination_port;
	__u32 proto;
};

struct verdict_event {
	struct tuple tuple;
	__u64 time_ns;
	__u32 rule, verdict;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 20);
	__type(key, struct tuple);
	__type(value, __u64);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 16);
	__type(key, __be32);
	__type(value, __u32);
} classes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} events SEC(".maps");

__u64 denied, lost;

static __always_inline void report(const struct tuple *tuple, __u32 verdict)
{
	struct verdict_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		lost++;
		return;
	}
	event->tuple = *tuple;
	event->time_ns = bpf_ktime_get_ns();
	event->rule = 1;
	event->verdict = verdict;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline int judge(struct __sk_buff *skb, bool log)
{
	struct ethhdr *eth = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct tuple tuple = { .proto = IPPROTO_TCP };
	__u64 open = 1;
	__u32 *class;

	if ((void *)(tcp + 1) > (void *)(long)skb->data_end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->protocol != IPPROTO_TCP)
		return TC_ACT_SHOT;
	tuple.source = ip->saddr;
	tuple.destination = ip->daddr;
	tuple.source_port = tcp->source;
	tuple.destination_port = tcp->dest;
	if (bpf_map_lookup_elem(&connections, &tuple))
		return TC_ACT_OK;
	class = bpf_map_lookup_elem(&classes, &tuple.source);
	if (class && *class == ALLOWED_CLASS && tuple.destination_port == bpf_htons(ALLOWED_PORT)) {
		bpf_map_update_elem(&connections, &tuple, &open, BPF_ANY);
		if (log)
			report(&tuple, 1);
		return TC_ACT_OK;
	}
	denied++;
	if (log)
		report(&tuple, 0);
	return TC_ACT_SHOT;
}

SEC("tc") int floor_quiet(struct __sk_buff *skb)
{
	return judge(skb, false);
}

SEC("tc") int floor_logged(struct __sk_buff *skb)
{
	return judge(skb, true);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
