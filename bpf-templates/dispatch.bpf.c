// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* dispatch.bpf.c: the programs that stay attached while policies come and go.
 *
 * A dispatcher is attached once to each hook of a pod and jumps to the pod's policy program of the generation in force.
 * Which one that is stands in one word, `active`: writing it switches every pod of the node at the same instant. The
 * slot is a constant of the loaded dispatcher, so the JIT makes both jumps direct ones.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "counters.h"
#include "dispatch.h"
#include "keep_apart.h"

const volatile struct dispatcher_config config SEC(".rodata.config") = {};

static __always_inline int dispatch(struct __sk_buff *skb, enum hook hook)
{
	__u32 index = config.slot * HOOKS + hook, zero = 0;
	struct active *now = bpf_map_lookup_elem(&active, &zero);

	if (now && now->epoch & 1) {
		bpf_tail_call(skb, &dispatch1, index);
		KEEP_APART(1);
	} else if (now) {
		bpf_tail_call(skb, &dispatch0, index);
		KEEP_APART(0);
	}
	/* No program there: the node's state is damaged. Fail closed. */
	count(COUNT_DROP_DISPATCH);
	return TC_ACT_SHOT;
}

SEC("tc") int from_pod(struct __sk_buff *skb)
{
	return dispatch(skb, HOOK_FROM_POD);
}

SEC("tc") int to_pod(struct __sk_buff *skb)
{
	return dispatch(skb, HOOK_TO_POD);
}

/* Fills the slot of a pod that no policy of a generation selects. */
SEC("tc") int pass(struct __sk_buff *skb)
{
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
