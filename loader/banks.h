/* SPDX-License-Identifier: Apache-2.0 */
/* banks.h: the arrays of policy, written in place: subjects, rows, steps, blocks and the settings, twice each.
 *
 * They are mapped into this process, so that a change costs no system call. Only the bank that is not in force is written,
 * but for the version of a subject's own code, which is one word.
 */
#ifndef POLC_BANKS_H
#define POLC_BANKS_H

#include "map_set.h"
#include "state.h"

struct banks {
	struct layout layout;
	struct control *control;
	struct subject_entry *subjects;
	struct row *rows;
	struct step *steps;
	struct block4 *blocks4;
	struct block6 *blocks6;
};

int banks_open(struct banks *banks, const struct map_set *maps);
void banks_close(struct banks *banks);

__u64 banks_now(const struct banks *banks);
/* The commit point: from here on every packet of the node is judged by the bank of this word's generation. */
void banks_switch(struct banks *banks, __u64 now);

/* A whole state replaces what the bank holds, a delta changes it. */
void banks_write(struct banks *banks, int bank, const struct state *state);
/* Afterwards both are equal. */
void banks_copy(struct banks *banks, int from, int to);

/* Larger arrays take over one bank of others, into both of theirs, but for code of their own. Arrays of the same size are the
 * same arrays.
 */
void banks_take(struct banks *banks, const struct banks *others, int bank);

/* In both banks: from here on the subject's own code of this version decides, where a pod runs it. */
void banks_set_version(struct banks *banks, __u32 subject, __u64 version);

#endif
