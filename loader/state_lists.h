/* SPDX-License-Identifier: Apache-2.0 */
/* state_lists.h: the lists of a state but for the pods: steps, rows, sets, programs and what a delta adds. */
#ifndef POLC_STATE_LISTS_H
#define POLC_STATE_LISTS_H

#include "fields.h"
#include "state.h"

int state_read_lists(const struct fields *root, struct state *state);
void state_free_lists(struct state *state);

/* 64 lower-case hex digits. */
int field_digest(const struct fields *fields, const char *name, const char **out);

#endif
