/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* table.h: the same decision as data, for policy sets that are too large to unroll.
 *
 * For one subject and one class of peers a decision depends on protocol and port only, so it is a step function over
 * (protocol << 16 | port). `table` holds its steps, sorted, for each class and side; a decision is one binary search.
 * The cost grows with the logarithm of the number of steps, whatever the number of policies.
 *
 * The generated file defines USES_BLOCKS, as for specialised.h, and includes table_form.h, which defines
 *   const struct step *table_at(__u32 index)   NULL if out of range
 */
#ifndef POLC_TABLE_H
#define POLC_TABLE_H

#include "decision.h"

/* From `key` on, up to the next step's key. The first step of every run has key 0. */
struct step {
	__u32 key; /* protocol << 16 | port */
	__u32 rule;
	__u8 action;
	__u8 logged;
	__u8 reserved[6];
};
_Static_assert(sizeof(struct step) == 16, "step crosses the border");

/* What the binary search needs to know of the subject, a constant of the loaded program. */
struct subject {
	__u32 depth; /* halvings that the longest run needs: ceil(log2(steps)) */
	__u32 reserved;
};
_Static_assert(sizeof(struct subject) == 8, "subject crosses the border");

/* One class of peers: a value of the map `peers`. */
struct peer {
	__u32 flags; /* PEER_* */
	__u32 reserved;
	__u32 start[SIDES]; /* first step in `table` */
	__u32 count[SIDES]; /* number of steps, at least 1 */
};
_Static_assert(sizeof(struct peer) == 24, "peer crosses the border");

#define TABLE_DEPTH_MAX 24

#endif
