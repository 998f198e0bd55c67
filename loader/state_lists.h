/* SPDX-License-Identifier: Apache-2.0 */
/* state_lists.h: the programs and the pods of a state; for state.c. */
#ifndef POLC_STATE_LISTS_H
#define POLC_STATE_LISTS_H

#include "fields.h"
#include "state.h"

int state_read_lists(const struct fields *root, struct state *state);

/* A path that the state gives relative to itself; NULL if memory is out. */
char *state_beside(const struct state *state, const char *path);

#endif
