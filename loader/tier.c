// SPDX-License-Identifier: Apache-2.0
#include "tier.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "tier_job.h"

static void free_program(struct tier_program *program)
{
	int hook;

	for (hook = 0; hook < HOOKS; hook++)
		if (program->program[hook] >= 0)
			close(program->program[hook]);
	program->set->users--;
	free(program->subject.data);
	free(program->subjects);
}

/* Programs that no subject runs, and sets without programs. */
void tier_collect(struct tier *tier)
{
	size_t i, kept = 0;

	for (i = 0; i < tier->count; i++) {
		if (tier->programs[i].subject_count)
			tier->programs[kept++] = tier->programs[i];
		else
			free_program(&tier->programs[i]);
	}
	tier->count = kept;
	peer_sets_collect(&tier->sets);
}

void tier_free(struct tier *tier)
{
	size_t i;

	if (tier->job) {
		tier_job_join(tier->job);
		tier_job_free(tier->job);
	}
	if (tier->done)
		close(tier->done);
	for (i = 0; i < tier->count; i++)
		tier->programs[i].subject_count = 0;
	tier_collect(tier);
	free(tier->programs);
	json_decref(tier->failed);
	*tier = (struct tier){ 0 };
}

static struct tier_program *program_of(const struct tier *tier, __u32 subject)
{
	size_t i, j;

	for (i = 0; i < tier->count; i++)
		for (j = 0; j < tier->programs[i].subject_count; j++)
			if (tier->programs[i].subjects[j] == subject)
				return &tier->programs[i];
	return NULL;
}

int tier_program(const struct tier *tier, const struct shell *shell, __u32 subject, enum hook hook)
{
	const struct tier_program *own = program_of(tier, subject);

	return own && own->loaded ? own->program[hook] : shell->program[hook];
}

int tier_write_peers(struct tier *tier, const struct state *state)
{
	size_t i;

	for (i = 0; i < state->peer_count; i++) {
		struct peer_set *set = peer_set_find(tier->sets, state->peers[i].set);

		if (set && peer_set_write(set, state->peers[i].at, &state->peers[i].values))
			return -1;
	}
	return 0;
}

static void forget_subject(struct tier *tier, __u32 subject)
{
	struct tier_program *program = program_of(tier, subject);
	size_t i;

	for (i = 0; program && i < program->subject_count; i++)
		if (program->subjects[i] == subject)
			program->subjects[i] = program->subjects[--program->subject_count];
}

/* What is there for subjects whose decision changed decides nothing any more. */
static void forget_changed(struct tier *tier, const struct state *state)
{
	const struct state_subject *subjects = (const void *)state->subjects.data;
	size_t i, j;

	for (i = 0; state->whole && i < tier->count; i++)
		tier->programs[i].subject_count = 0;
	for (i = 0; i < state->subjects.size / sizeof(*subjects); i++)
		forget_subject(tier, subjects[i].index);
	for (i = 0; i < state->unspecialised_count; i++)
		forget_subject(tier, state->unspecialised[i]);
	for (i = 0; i < state->program_count; i++)
		for (j = 0; j < state->programs[i].subject_count; j++)
			forget_subject(tier, state->programs[i].subjects[j]);
}

void tier_failed(struct tier *tier, const char *set, json_t *failure)
{
	json_object_set_new(failure, "set", json_string(set));
	if (!tier->failed)
		tier->failed = json_array();
	json_array_append_new(tier->failed, failure);
}

static int add_job(struct tier *tier, const struct state *state, size_t index, struct peer_set *set)
{
	const struct state_program *from = &state->programs[index];
	struct tier_program *grown = realloc(tier->programs, (tier->count + 1) * sizeof(*grown)), *to;

	if (!grown)
		return fail(NULL, "out of memory");
	tier->programs = grown;
	to = &grown[tier->count];
	*to = (struct tier_program){ .set = set,
				     .version = (__u64)state->generation << 32 | (index + 1),
				     .program = { -1, -1 } };
	to->subject.data = malloc(from->subject.size + 1);
	to->subjects = malloc((from->subject_count + 1) * sizeof(*to->subjects));
	if (!to->subject.data || !to->subjects) {
		free(to->subject.data);
		free(to->subjects);
		return fail(NULL, "out of memory");
	}
	to->subject.size = from->subject.size;
	memcpy(to->subject.data, from->subject.data, from->subject.size);
	memcpy(to->subjects, from->subjects, from->subject_count * sizeof(*to->subjects));
	to->subject_count = from->subject_count;
	set->users++;
	tier->count++;
	return 0;
}

void tier_enqueue(struct tier *tier, const struct state *state, const struct map_set *maps)
{
	size_t i, j;

	forget_changed(tier, state);
	for (i = 0; i < state->set_count; i++) {
		struct peer_set *set = peer_set_open(&tier->sets, state, &state->sets[i], maps->sizes.layout.classes);

		for (j = 0; set && j < state->program_count; j++)
			if (state->programs[j].set == i && add_job(tier, state, j, set))
				set = NULL;
		if (!set)
			tier_failed(tier, state->sets[i].name, failure_take());
	}
	tier_collect(tier);
}
