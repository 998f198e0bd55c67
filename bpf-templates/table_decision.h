/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* table_decision.h: the binary search of the table form. Needs table_at(): see table.h. */
#ifndef POLC_TABLE_DECISION_H
#define POLC_TABLE_DECISION_H

#include "table.h"

/* The last step whose key is not above the flow's. A step that is not there denies: fail closed. */
static __always_inline struct verdict decide_by_table(const volatile struct subject *subject, const struct peer *peer,
						      enum side side, const struct flow *flow)
{
	__u32 key = flow->proto << 16 | flow->port, at = peer->start[side], left = peer->count[side];
	const __u32 depth = subject->depth;
	const struct step *step;

	/* Unrolled: the depth is a constant of the loaded program, so what is past it is removed. */
#pragma unroll
	for (__u32 i = 0; i < TABLE_DEPTH_MAX; i++) {
		__u32 half = left / 2;

		if (i >= depth)
			break;
		step = table_at(at + half);
		if (!step)
			return verdict(0, ACTION_DENY, false);
		if (step->key <= key) {
			at += half;
			left -= half;
		} else {
			left = half;
		}
	}
	step = table_at(at);
	if (!step)
		return verdict(0, ACTION_DENY, false);
	return verdict(step->rule, step->action, step->logged);
}

static __always_inline struct verdict decide_egress(const volatile struct subject *subject, const struct peer *peer,
						    const struct flow *flow)
{
	return decide_by_table(subject, peer, SIDE_EGRESS, flow);
}

static __always_inline struct verdict decide_ingress(const volatile struct subject *subject, const struct peer *peer,
						     const struct flow *flow)
{
	return decide_by_table(subject, peer, SIDE_INGRESS, flow);
}

#endif
