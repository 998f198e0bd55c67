// SPDX-License-Identifier: Apache-2.0
#include "state_lists.h"

#include <stdlib.h>
#include <string.h>

#include "failure.h"

static const char *const step_names[] = { "at", "values", NULL };
static const char *const row_names[] = { "subject", "at", "values", NULL };
static const char *const peer_names[] = { "set", "at", "values", NULL };
static const char *const set_names[] = { "name", "object", "sha256", "peers", NULL };
static const char *const program_names[] = { "set", "subject", "subjects", NULL };

int field_digest(const struct fields *fields, const char *name, const char **out)
{
	if (field_string(fields, name, out))
		return -1;
	if (strlen(*out) != SHA256_HEX_SIZE - 1 || strspn(*out, "0123456789abcdef") != SHA256_HEX_SIZE - 1)
		return fail(NULL, "%s: %s%s is not 64 lower-case hex digits", fields->file, fields->path, name);
	return 0;
}

/* Room for the elements of a list; an absent one is empty if it is `optional`. */
static int open_list(const struct fields *root, const char *name, bool optional, size_t size, void **list, size_t *count)
{
	json_t *array;

	*list = NULL;
	*count = 0;
	if (optional && !field_given(root, name))
		return 0;
	if (field_array(root, name, &array))
		return -1;
	*list = calloc(json_array_size(array) + 1, size);
	if (!*list)
		return fail(NULL, "out of memory");
	*count = json_array_size(array);
	return 0;
}

static int read_steps(const struct fields *root, struct state *state)
{
	struct fields fields;
	size_t i;

	if (open_list(root, "steps", !state->whole, sizeof(*state->steps), (void **)&state->steps, &state->step_count))
		return -1;
	for (i = 0; i < state->step_count; i++)
		if (field_element(root, "steps", i, step_names, &fields) ||
		    field_u32(&fields, "at", 0, UINT32_MAX, &state->steps[i].at) ||
		    field_bytes(&fields, "values", sizeof(struct step), &state->steps[i].values))
			return -1;
	return 0;
}

static int read_rows(const struct fields *root, struct state *state)
{
	struct fields fields;
	size_t i;

	if (open_list(root, "rows", !state->whole, sizeof(*state->rows), (void **)&state->rows, &state->row_count))
		return -1;
	for (i = 0; i < state->row_count; i++)
		if (field_element(root, "rows", i, row_names, &fields) ||
		    field_u32(&fields, "subject", 0, UINT32_MAX, &state->rows[i].subject) ||
		    field_u32(&fields, "at", 0, UINT32_MAX, &state->rows[i].at) ||
		    field_bytes(&fields, "values", sizeof(struct row), &state->rows[i].values))
			return -1;
	return 0;
}

static int read_peers(const struct fields *root, struct state *state)
{
	struct fields fields;
	size_t i;

	if (open_list(root, "peers", true, sizeof(*state->peers), (void **)&state->peers, &state->peer_count))
		return -1;
	for (i = 0; i < state->peer_count; i++)
		if (field_element(root, "peers", i, peer_names, &fields) ||
		    field_string(&fields, "set", &state->peers[i].set) ||
		    field_u32(&fields, "at", 0, UINT32_MAX, &state->peers[i].at) ||
		    field_bytes(&fields, "values", 1, &state->peers[i].values))
			return -1;
	return 0;
}

static int read_sets(const struct fields *root, struct state *state)
{
	struct fields fields;
	const char *sha256;
	size_t i;

	if (open_list(root, "sets", true, sizeof(*state->sets), (void **)&state->sets, &state->set_count))
		return -1;
	for (i = 0; i < state->set_count; i++) {
		struct state_set *set = &state->sets[i];

		if (field_element(root, "sets", i, set_names, &fields) || field_string(&fields, "name", &set->name) ||
		    field_string(&fields, "object", &set->object) || field_digest(&fields, "sha256", &sha256) ||
		    field_bytes(&fields, "peers", 1, &set->peers))
			return -1;
		memcpy(set->sha256, sha256, sizeof(set->sha256));
	}
	return 0;
}

static int read_numbers(const struct fields *fields, const char *name, bool optional, uint32_t **numbers, size_t *count)
{
	size_t i;

	if (open_list(fields, name, optional, sizeof(**numbers), (void **)numbers, count))
		return -1;
	for (i = 0; i < *count; i++) {
		json_t *value = json_array_get(json_object_get(fields->object, name), i);

		if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > UINT32_MAX)
			return fail(NULL, "%s: %s%s[%zu] is not an integer from 0 to %u", fields->file, fields->path, name,
				    i, UINT32_MAX);
		(*numbers)[i] = json_integer_value(value);
	}
	return 0;
}

static int read_programs(const struct fields *root, struct state *state)
{
	struct fields fields;
	size_t i;

	if (open_list(root, "programs", true, sizeof(*state->programs), (void **)&state->programs,
		      &state->program_count))
		return -1;
	for (i = 0; i < state->program_count; i++) {
		struct state_program *program = &state->programs[i];

		if (field_element(root, "programs", i, program_names, &fields) ||
		    field_u32(&fields, "set", 0, UINT32_MAX, &program->set) ||
		    field_bytes(&fields, "subject", 1, &program->subject) ||
		    read_numbers(&fields, "subjects", false, &program->subjects, &program->subject_count))
			return -1;
		if (program->set >= state->set_count)
			return fail(NULL, "%s: %sset is %u, but there are %zu sets", root->file, fields.path,
				    program->set, state->set_count);
	}
	return 0;
}

int state_read_lists(const struct fields *root, struct state *state)
{
	if (read_steps(root, state) || read_rows(root, state) || read_peers(root, state) || read_sets(root, state) ||
	    read_programs(root, state))
		return -1;
	return read_numbers(root, "unspecialised", true, &state->unspecialised, &state->unspecialised_count);
}

static void free_pieces(struct state_piece *pieces, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(pieces[i].values.data);
	free(pieces);
}

void state_free_lists(struct state *state)
{
	size_t i;

	free_pieces(state->steps, state->step_count);
	free_pieces(state->rows, state->row_count);
	free_pieces(state->peers, state->peer_count);
	for (i = 0; i < state->set_count; i++)
		free(state->sets[i].peers.data);
	free(state->sets);
	for (i = 0; i < state->program_count; i++) {
		free(state->programs[i].subject.data);
		free(state->programs[i].subjects);
	}
	free(state->programs);
	free(state->unspecialised);
}
