/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* table.h: a decision as data. For one subject and one class of peers it depends on protocol and port only, so it is a step
 * function over (protocol << 16 | port), and a decision is one binary search, whatever the number of policies.
 *
 * Who includes it defines before
 *   const struct step *step_at(__u32 index)   NULL if out of range
 */
#ifndef POLC_TABLE_H
#define POLC_TABLE_H

#include "decision.h"

#define RUN_DEPTH_MAX 24

static __always_inline struct verdict verdict_of_step(const struct step *step)
{
	return step ? verdict(step->outcome >> 2, step->outcome & 1, step->outcome >> 1 & 1) :
		      verdict(0, ACTION_DENY, false);
}

/* The last step whose key is not above the flow's. A step that is not there denies: fail closed. */
static __always_inline struct verdict decide_by_table(__u32 first, __u32 run, const struct flow *flow)
{
	__u32 key = flow->proto << 16 | flow->port, at = first + (run >> RUN_DEPTH_BITS), depth = run & RUN_DEPTH_MASK, i;
	const struct step *step;

	for (i = 0; i < RUN_DEPTH_MAX && i < depth; i++) {
		__u32 half = at + (1u << ((depth - 1 - i) & 31));

		step = step_at(half);
		if (!step)
			return verdict(0, ACTION_DENY, false);
		if (step->key <= key)
			at = half;
	}
	return verdict_of_step(step_at(at));
}

#endif
