// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* prelude.bpf.c: runs before every subject of the benchmark and jumps to it: `empty` is what it finds when there is none.
 *
 * `fresh` first gives the packet a source port and address of its own, so that each iteration of a test run is another
 * flow; `same` leaves it as it is. Both pay for the jump, and so does the empty subject: it is taken off all alike.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} subject SEC(".maps");

__u32 flows; /* given out so far */

SEC("tc") int fresh(struct __sk_buff *skb)
{
	struct ethhdr *eth = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	__u32 flow = flows++;

	if ((void *)(tcp + 1) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	tcp->source = flow;
	ip->daddr = bpf_htonl(0x0a010000 | (flow >> 16 & 0xff));
	bpf_tail_call(skb, &subject, 0);
	return TC_ACT_SHOT;
}

SEC("tc") int same(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &subject, 0);
	return TC_ACT_SHOT;
}

SEC("tc") int empty(struct __sk_buff *skb)
{
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
