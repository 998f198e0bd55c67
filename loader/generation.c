// SPDX-License-Identifier: Apache-2.0
#include "generation.h"

#include <stdlib.h>

#include "failure.h"

int generation_load(struct generation *generation, const struct state *state, struct map_set *maps)
{
	size_t i;

	*generation = (struct generation){ 0 };
	generation->policies = calloc(state->program_count + 1, sizeof(*generation->policies));
	if (!generation->policies)
		return fail(NULL, "out of memory");
	generation->count = state->program_count;
	for (i = 0; i < state->program_count; i++)
		if (policy_load(&generation->policies[i], state, &state->programs[i], maps))
			return -1;
	return map_set_fill(maps, state);
}

void generation_free(struct generation *generation)
{
	size_t i;

	for (i = 0; i < generation->count; i++)
		bpf_object__close(generation->policies[i].object);
	free(generation->policies);
	*generation = (struct generation){ 0 };
}
