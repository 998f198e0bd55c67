/* SPDX-License-Identifier: Apache-2.0 */
/* state_pods.h: the pods of a state, and the interfaces that a delta takes away. */
#ifndef POLC_STATE_PODS_H
#define POLC_STATE_PODS_H

#include "fields.h"
#include "state.h"

int state_read_pods(const struct fields *root, struct state *state);
void state_free_pods(struct state *state);

/* Could an interface be called so? */
bool interface_name_valid(const char *name);
/* "10.1.2.3", or with `cidr` "10.1.2.0/24": no bit of the address stands beyond the length. */
bool parse_block(const char *text, bool cidr, struct state_block *block);

#endif
