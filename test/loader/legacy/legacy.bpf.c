// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* legacy.bpf.c: the dispatcher of layout version 1, as the build of commit 68e5d97 had it, and a policy of constants for its
 * slots. See legacy_instance.c.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define HOOKS 2
#define SLOTS 2048

#define MAP(name, kind, entries, key_bytes, value_bytes)   \
	struct {                                            \
		__uint(type, BPF_MAP_TYPE_##kind);          \
		__uint(max_entries, entries);               \
		__uint(key_size, key_bytes);                \
		__uint(value_size, value_bytes);            \
	} name SEC(".maps");

MAP(active, ARRAY, 1, 4, 4)
MAP(dispatch0, PROG_ARRAY, SLOTS *HOOKS, 4, 4)
MAP(dispatch1, PROG_ARRAY, SLOTS *HOOKS, 4, 4)
MAP(established4, LRU_HASH, 256, 16, 16)
MAP(established6, LRU_HASH, 256, 40, 16)
MAP(half_open4, LRU_HASH, 256, 16, 16)
MAP(half_open6, LRU_HASH, 256, 40, 16)
MAP(counters, PERCPU_ARRAY, 16, 4, 8)

const volatile struct {
	__u32 slot;
	__u32 deny[HOOKS];
} config SEC(".rodata.config") = {};

static __always_inline int dispatch(struct __sk_buff *skb, int hook)
{
	__u32 index = config.slot * HOOKS + hook, zero = 0;
	__u32 *epoch = bpf_map_lookup_elem(&active, &zero);

	if (epoch && *epoch & 1) {
		bpf_tail_call(skb, &dispatch1, index);
		asm volatile("" ::"r"(1));
	} else if (epoch) {
		bpf_tail_call(skb, &dispatch0, index);
		asm volatile("" ::"r"(0));
	}
	return TC_ACT_SHOT;
}

SEC("tc") int from_pod(struct __sk_buff *skb)
{
	return dispatch(skb, 0);
}

SEC("tc") int to_pod(struct __sk_buff *skb)
{
	return dispatch(skb, 1);
}

static __always_inline int judge(struct __sk_buff *skb, int hook)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	const struct ethhdr *ethernet = data;
	const struct iphdr *ip = data + sizeof(*ethernet);
	const struct udphdr *udp = (void *)ip + sizeof(*ip);

	if ((void *)(udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP)
		return TC_ACT_UNSPEC;
	return config.deny[hook] && udp->dest != bpf_htons(7001) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("tc") int policy_from(struct __sk_buff *skb)
{
	return judge(skb, 0);
}

SEC("tc") int policy_to(struct __sk_buff *skb)
{
	return judge(skb, 1);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
