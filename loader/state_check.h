/* SPDX-License-Identifier: Apache-2.0 */
/* state_check.h: every number of a state against the sizes of the maps, before anything is written. */
#ifndef POLC_STATE_CHECK_H
#define POLC_STATE_CHECK_H

#include "state.h"

int state_check(const struct state *state, const struct map_sizes *sizes);

#endif
