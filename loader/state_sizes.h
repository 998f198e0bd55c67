/* SPDX-License-Identifier: Apache-2.0 */
/* state_sizes.h: the objects `sizes` and `settings` of a state. */
#ifndef POLC_STATE_SIZES_H
#define POLC_STATE_SIZES_H

#include "fields.h"
#include "state.h"

int state_read_sizes(const struct fields *root, struct state *state);
int state_read_settings(const struct fields *root, struct state *state);

#endif
