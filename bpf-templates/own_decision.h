/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* own_decision.h: a policy set's own code in the place of the tables, for one subject.
 *   decides(version) -> bool      is the code of the subject's present version?
 *   own_verdict(...) -> bool      false if the peer's class is not known to it: the node's state is damaged
 * The subject is a constant of the loaded program, so the verifier removes the code of the policies that do not select it.
 */
#ifndef POLC_OWN_DECISION_H
#define POLC_OWN_DECISION_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

const volatile struct specialised specialised SEC(".rodata.specialised") = {};
const volatile struct subject subject SEC(".rodata.subject") = {};

/* By class; one map for all programs of the set. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct peer);
} peers SEC(".maps");

static __always_inline bool decides(__u64 version)
{
	return specialised.version && specialised.version == version;
}

static __always_inline bool own_verdict(__u32 class, enum side side, const struct flow *flow, struct verdict *verdict)
{
	const struct peer *peer = bpf_map_lookup_elem(&peers, &class);

	if (!peer)
		return false;
	*verdict = side == SIDE_EGRESS ? decide_egress(&subject, peer, flow) : decide_ingress(&subject, peer, flow);
	return true;
}

#endif
