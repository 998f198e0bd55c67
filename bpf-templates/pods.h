/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* pods.h: whose packet it is.
 *   pod_of(ifindex, now) -> what is known of the pod, or NULL
 * One array read, and a hash look-up for a CPU's first packet of the pod in a generation and epoch. What the loader writes
 * about a pod is seen with the next one at the latest.
 */
#ifndef POLC_PODS_H
#define POLC_PODS_H

#include "in_force.h"
#include "keep_apart.h"

static __always_inline const struct recent_pod *pod_of(__u32 ifindex, __u64 now)
{
	__u32 index = ifindex % RECENT_PODS, zero, one;
	struct recent_pod *recent = bpf_map_lookup_elem(&recent_pods, &index);
	const struct pod *pod;

	if (!recent || (recent->now == now && recent->ifindex == ifindex))
		return recent;
	pod = bpf_map_lookup_elem(&pods, &ifindex);
	if (!pod)
		return NULL;
	zero = pod->subject[0];
	one = pod->subject[1];
	KEEP_BOTH_READ(zero, one);
	*recent = (struct recent_pod){
		.now = now,
		.ifindex = ifindex,
		.subject = bank_of(now) ? one : zero,
		.netns = pod->netns,
		.address4 = pod->address4,
		.address6 = { pod->address6[0], pod->address6[1] },
	};
	return recent;
}

#endif
