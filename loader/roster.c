// SPDX-License-Identifier: Apache-2.0
#include "roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

const struct roster_pod *roster_find(const struct roster *roster, const char *interface)
{
	size_t i;

	for (i = 0; i < roster->count; i++)
		if (!strcmp(roster->at[i].interface, interface))
			return &roster->at[i];
	return NULL;
}

static void remove_pod(struct roster *roster, const char *interface)
{
	struct roster_pod *pod = (struct roster_pod *)roster_find(roster, interface);

	if (pod)
		*pod = roster->at[--roster->count];
}

int roster_update(struct roster *roster, const struct state *state)
{
	struct roster_pod *grown;
	size_t i;

	if (state->whole)
		roster->count = 0;
	grown = realloc(roster->at, (roster->count + state->pod_count + 1) * sizeof(*grown));
	if (!grown)
		return fail(NULL, "out of memory");
	roster->at = grown;
	for (i = 0; i < state->removed_count; i++)
		remove_pod(roster, state->removed[i]);
	for (i = 0; i < state->pod_count; i++) {
		const struct state_pod *pod = &state->pods[i];
		struct roster_pod *entry = &roster->at[roster->count];

		remove_pod(roster, pod->interface);
		if (!pod->ifindex)
			continue;
		entry = &roster->at[roster->count++];
		*entry = (struct roster_pod){ .ifindex = pod->ifindex, .subject = pod->subject };
		snprintf(entry->interface, sizeof(entry->interface), "%s", pod->interface);
	}
	return 0;
}

void roster_free(struct roster *roster)
{
	free(roster->at);
	*roster = (struct roster){ 0 };
}
