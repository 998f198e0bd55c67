/* SPDX-License-Identifier: Apache-2.0 */
/* generation.h: the programs of one state, loaded and filled beside whatever is in force. */
#ifndef POLC_GENERATION_H
#define POLC_GENERATION_H

#include "map_set.h"
#include "object.h"
#include "state.h"

struct generation {
	struct policy *policies; /* by index in state->programs */
	size_t count;
};

int generation_load(struct generation *generation, const struct state *state, struct map_set *maps);
void generation_free(struct generation *generation);

#endif
