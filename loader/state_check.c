// SPDX-License-Identifier: Apache-2.0
#include "state_check.h"

#include <string.h>

#include "failure.h"

/* How far a program halves: table.h and peers.h. */
#define RUN_DEPTH_MAX 24
#define BLOCKS_MAX (1u << 20)

static int check_subject(const struct state *state, const struct map_sizes *sizes, const char *what, size_t index,
			 uint32_t subject)
{
	if (subject < sizes->layout.subjects)
		return 0;
	return fail(NULL, "%s: %s[%zu] has subject %u, there are %u", state->path, what, index, subject,
		    sizes->layout.subjects);
}

static int check_subjects(const struct state *state, const struct map_sizes *sizes)
{
	const struct state_subject *records = (const void *)state->subjects.data;
	size_t i, j;

	for (i = 0; i < state->subjects.size / sizeof(*records); i++)
		if (check_subject(state, sizes, "subjects", i, records[i].index))
			return -1;
	for (i = 0; i < state->pod_count; i++)
		if (state->pods[i].subject != SUBJECT_NONE &&
		    check_subject(state, sizes, "pods", i, state->pods[i].subject))
			return -1;
	for (i = 0; i < state->unspecialised_count; i++)
		if (check_subject(state, sizes, "unspecialised", i, state->unspecialised[i]))
			return -1;
	for (i = 0; i < state->program_count; i++)
		for (j = 0; j < state->programs[i].subject_count; j++)
			if (check_subject(state, sizes, "programs", i, state->programs[i].subjects[j]))
				return -1;
	return 0;
}

static int check_class(const struct state *state, const struct map_sizes *sizes, const char *what, size_t index,
		       uint32_t class)
{
	if (class < sizes->layout.classes)
		return 0;
	return fail(NULL, "%s: record %zu of %s has class %u, there are %u", state->path, index, what, class,
		    sizes->layout.classes);
}

/* The class stands last in a record. */
static int check_addresses(const struct state *state, const struct map_sizes *sizes, const char *name,
			   const struct bytes *records, size_t size)
{
	size_t count = records->size / size, i;
	uint32_t class;

	if (count > sizes->addresses)
		return fail(NULL, "%s: %s has %zu records, sizes.addresses is %u", state->path, name, count,
			    sizes->addresses);
	for (i = 0; i < count; i++) {
		memcpy(&class, records->data + (i + 1) * size - sizeof(class), sizeof(class));
		if (class == ADDRESS_ABSENT && !state->whole)
			continue;
		if (check_class(state, sizes, name, i, class & ~ADDRESS_OWN_NODE))
			return -1;
	}
	return 0;
}

static int check_table(const struct state *state, const struct map_sizes *sizes, const char *name, size_t count)
{
	if (!count && !state->whole)
		return 0;
	if (!count || count & (count - 1))
		return fail(NULL, "%s: %s has %zu entries, which is no power of two", state->path, name, count);
	if (count > sizes->layout.blocks || count > BLOCKS_MAX)
		return fail(NULL, "%s: %s has %zu entries, there is room for %u", state->path, name, count,
			    sizes->layout.blocks < BLOCKS_MAX ? sizes->layout.blocks : BLOCKS_MAX);
	return 0;
}

static int not_sorted(const struct state *state, const char *name, size_t index)
{
	return fail(NULL, "%s: entry %zu of %s does not follow the one before it", state->path, index, name);
}

static int check_blocks4(const struct state *state, const struct map_sizes *sizes)
{
	const struct block4 *blocks = (const void *)state->blocks4.data;
	size_t count = state->blocks4.size / sizeof(*blocks), i;

	if (check_table(state, sizes, "blocks4", count))
		return -1;
	for (i = 0; i < count; i++) {
		if (i ? blocks[i].first < blocks[i - 1].first : blocks[i].first)
			return not_sorted(state, "blocks4", i);
		if (check_class(state, sizes, "blocks4", i, blocks[i].class))
			return -1;
	}
	return 0;
}

static bool before6(const __u64 *a, const __u64 *b)
{
	return a[0] < b[0] || (a[0] == b[0] && a[1] < b[1]);
}

static int check_blocks6(const struct state *state, const struct map_sizes *sizes)
{
	const struct block6 *blocks = (const void *)state->blocks6.data;
	size_t count = state->blocks6.size / sizeof(*blocks), i;

	if (check_table(state, sizes, "blocks6", count))
		return -1;
	for (i = 0; i < count; i++) {
		if (i ? before6(blocks[i].first, blocks[i - 1].first) : blocks[i].first[0] || blocks[i].first[1])
			return not_sorted(state, "blocks6", i);
		if (check_class(state, sizes, "blocks6", i, blocks[i].class))
			return -1;
	}
	return 0;
}

static int check_piece(const struct state *state, const char *name, size_t index, const struct state_piece *piece,
		       size_t value, uint32_t room)
{
	size_t count = piece->values.size / value;

	if (piece->at <= room && count <= room - piece->at)
		return 0;
	return fail(NULL, "%s: %s[%zu] has %zu values from %u, there is room for %u", state->path, name, index, count,
		    piece->at, room);
}

static int check_steps(const struct state *state, const struct map_sizes *sizes)
{
	size_t i;

	for (i = 0; i < state->step_count; i++) {
		const struct state_piece *piece = &state->steps[i];
		const struct step *first = (const void *)piece->values.data;

		if (check_piece(state, "steps", i, piece, sizeof(*first), sizes->layout.steps))
			return -1;
		if (!piece->at && piece->values.size && (first->key || first->outcome != ACTION_DENY))
			return fail(NULL, "%s: steps[%zu] overwrites step 0, which denies", state->path, i);
	}
	return 0;
}

static int check_run(const struct state *state, const struct map_sizes *sizes, size_t index, uint32_t run)
{
	uint32_t start = run >> RUN_DEPTH_BITS, depth = run & RUN_DEPTH_MASK;

	if (depth <= RUN_DEPTH_MAX && start + (1ull << depth) <= sizes->layout.steps)
		return 0;
	return fail(NULL, "%s: rows[%zu] has a run of %llu steps from %u, there are %u", state->path, index,
		    1ull << depth, start, sizes->layout.steps);
}

static int check_rows(const struct state *state, const struct map_sizes *sizes)
{
	size_t i, j;

	for (i = 0; i < state->row_count; i++) {
		const struct state_piece *piece = &state->rows[i];
		const struct row *rows = (const void *)piece->values.data;

		if (check_subject(state, sizes, "rows", i, piece->subject) ||
		    check_piece(state, "rows", i, piece, sizeof(*rows), sizes->layout.classes))
			return -1;
		for (j = 0; j < piece->values.size / sizeof(*rows); j++)
			if (check_run(state, sizes, i, rows[j].run[SIDE_EGRESS]) ||
			    check_run(state, sizes, i, rows[j].run[SIDE_INGRESS]))
				return -1;
	}
	return 0;
}

int state_check(const struct state *state, const struct map_sizes *sizes)
{
	if (check_subjects(state, sizes) ||
	    check_addresses(state, sizes, "addresses4", &state->addresses4, 4 + sizeof(uint32_t)) ||
	    check_addresses(state, sizes, "addresses6", &state->addresses6, 16 + sizeof(uint32_t)) ||
	    check_blocks4(state, sizes) || check_blocks6(state, sizes) || check_steps(state, sizes))
		return -1;
	return check_rows(state, sizes);
}
