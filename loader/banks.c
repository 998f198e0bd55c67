// SPDX-License-Identifier: Apache-2.0
#include "banks.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "failure.h"

static size_t bytes_of(const struct map_set *maps, int map, size_t value_size)
{
	return (size_t)map_entries(&maps->sizes, map) * value_size;
}

static void *map_array(const struct map_set *maps, int map, size_t value_size)
{
	void *at = mmap(NULL, bytes_of(maps, map, value_size), PROT_READ | PROT_WRITE, MAP_SHARED, maps->fd[map], 0);

	if (at != MAP_FAILED)
		return at;
	fail_errno(errno, "cannot map the array %s into memory", map_name(map));
	return NULL;
}

int banks_open(struct banks *banks, const struct map_set *maps)
{
	*banks = (struct banks){ .layout = maps->sizes.layout };
	banks->control = map_array(maps, MAP_control, sizeof(*banks->control));
	banks->subjects = map_array(maps, MAP_subjects, sizeof(*banks->subjects));
	banks->rows = map_array(maps, MAP_rows, sizeof(*banks->rows));
	banks->steps = map_array(maps, MAP_steps, sizeof(*banks->steps));
	banks->blocks4 = map_array(maps, MAP_blocks4, sizeof(*banks->blocks4));
	banks->blocks6 = map_array(maps, MAP_blocks6, sizeof(*banks->blocks6));
	return banks->control && banks->subjects && banks->rows && banks->steps && banks->blocks4 && banks->blocks6 ?
		       0 :
		       -1;
}

static void unmap(void *at, size_t size)
{
	if (at)
		munmap(at, size);
}

void banks_close(struct banks *banks)
{
	const struct layout *l = &banks->layout;

	unmap(banks->control, sizeof(*banks->control));
	unmap(banks->subjects, BANKS * sizeof(*banks->subjects) * l->subjects);
	unmap(banks->rows, BANKS * sizeof(*banks->rows) * l->subjects * l->classes);
	unmap(banks->steps, BANKS * sizeof(*banks->steps) * l->steps);
	unmap(banks->blocks4, BANKS * sizeof(*banks->blocks4) * l->blocks);
	unmap(banks->blocks6, BANKS * sizeof(*banks->blocks6) * l->blocks);
	*banks = (struct banks){ 0 };
}

__u64 banks_now(const struct banks *banks)
{
	return __atomic_load_n(&banks->control->now, __ATOMIC_ACQUIRE);
}

void banks_switch(struct banks *banks, __u64 now)
{
	__atomic_store_n(&banks->control->now, now, __ATOMIC_SEQ_CST);
}

/* Where a bank's part of each array begins. */
static struct subject_entry *subjects_of(const struct banks *b, int bank)
{
	return b->subjects + (size_t)bank * b->layout.subjects;
}

static struct row *rows_of(const struct banks *b, int bank, __u32 subject)
{
	return b->rows + ((size_t)bank * b->layout.subjects + subject) * b->layout.classes;
}

static struct step *steps_of(const struct banks *b, int bank)
{
	return b->steps + (size_t)bank * b->layout.steps;
}

static void clear(struct banks *b, int bank)
{
	memset(subjects_of(b, bank), 0, b->layout.subjects * sizeof(*b->subjects));
	memset(rows_of(b, bank, 0), 0, (size_t)b->layout.subjects * b->layout.classes * sizeof(*b->rows));
	memset(steps_of(b, bank), 0, b->layout.steps * sizeof(*b->steps));
}

static __u32 depth_of(const struct bytes *table, size_t entry)
{
	return 31 - __builtin_clz(table->size / entry);
}

static void write_settings(struct banks *b, int bank, const struct state *state)
{
	struct settings *to = &b->control->settings[bank];
	struct settings new = *to;

	if (state->has_settings)
		new = state->settings;
	new.blocks4_depth = state->blocks4.size ? depth_of(&state->blocks4, sizeof(struct block4)) : to->blocks4_depth;
	new.blocks6_depth = state->blocks6.size ? depth_of(&state->blocks6, sizeof(struct block6)) : to->blocks6_depth;
	new.local_ifindex = to->local_ifindex;
	*to = new;
}

static void put(void *to, const struct bytes *values)
{
	if (values->size)
		memcpy(to, values->data, values->size);
}

/* A number that gets another meaning has no code of its own any more. */
static void write_subjects(struct banks *b, int bank, const struct state *state)
{
	const struct state_subject *records = (const void *)state->subjects.data;
	size_t i;

	for (i = 0; i < state->subjects.size / sizeof(*records); i++) {
		struct subject_entry *entry = &subjects_of(b, bank)[records[i].index];

		if (entry->profile != records[i].profile)
			*entry = (struct subject_entry){ .profile = records[i].profile };
	}
	for (i = 0; i < state->unspecialised_count; i++)
		subjects_of(b, bank)[state->unspecialised[i]].version = 0;
}

void banks_write(struct banks *b, int bank, const struct state *state)
{
	size_t i;

	if (state->whole)
		clear(b, bank);
	write_settings(b, bank, state);
	write_subjects(b, bank, state);
	put(b->blocks4 + (size_t)bank * b->layout.blocks, &state->blocks4);
	put(b->blocks6 + (size_t)bank * b->layout.blocks, &state->blocks6);
	for (i = 0; i < state->step_count; i++)
		put(steps_of(b, bank) + state->steps[i].at, &state->steps[i].values);
	for (i = 0; i < state->row_count; i++)
		put(rows_of(b, bank, state->rows[i].subject) + state->rows[i].at, &state->rows[i].values);
}

void banks_copy(struct banks *b, int from, int to)
{
	b->control->settings[to] = b->control->settings[from];
	memcpy(subjects_of(b, to), subjects_of(b, from), b->layout.subjects * sizeof(*b->subjects));
	memcpy(rows_of(b, to, 0), rows_of(b, from, 0),
	       (size_t)b->layout.subjects * b->layout.classes * sizeof(*b->rows));
	memcpy(steps_of(b, to), steps_of(b, from), b->layout.steps * sizeof(*b->steps));
	memcpy(b->blocks4 + (size_t)to * b->layout.blocks, b->blocks4 + (size_t)from * b->layout.blocks,
	       b->layout.blocks * sizeof(*b->blocks4));
	memcpy(b->blocks6 + (size_t)to * b->layout.blocks, b->blocks6 + (size_t)from * b->layout.blocks,
	       b->layout.blocks * sizeof(*b->blocks6));
}

static void take_subjects(struct banks *b, const struct banks *others, int from, int to)
{
	__u32 i;

	for (i = 0; i < others->layout.subjects; i++)
		subjects_of(b, to)[i] = (struct subject_entry){ .profile = subjects_of(others, from)[i].profile };
}

static void take_rows(struct banks *b, const struct banks *others, int from, int to)
{
	__u32 i;

	for (i = 0; i < others->layout.subjects; i++)
		memcpy(rows_of(b, to, i), rows_of(others, from, i), others->layout.classes * sizeof(*b->rows));
}

void banks_take(struct banks *b, const struct banks *others, int bank)
{
	const struct layout *new = &b->layout, *old = &others->layout;
	int to;

	for (to = 0; to < BANKS; to++) {
		if (new->subjects != old->subjects)
			take_subjects(b, others, bank, to);
		if (new->subjects != old->subjects || new->classes != old->classes)
			take_rows(b, others, bank, to);
		if (new->steps != old->steps)
			memcpy(steps_of(b, to), steps_of(others, bank), old->steps * sizeof(*b->steps));
		if (new->blocks == old->blocks)
			continue;
		memcpy(b->blocks4 + (size_t)to * new->blocks, others->blocks4 + (size_t)bank * old->blocks,
		       old->blocks * sizeof(*b->blocks4));
		memcpy(b->blocks6 + (size_t)to * new->blocks, others->blocks6 + (size_t)bank * old->blocks,
		       old->blocks * sizeof(*b->blocks6));
	}
}

void banks_set_version(struct banks *b, __u32 subject, __u64 version)
{
	int bank;

	for (bank = 0; bank < BANKS; bank++)
		__atomic_store_n(&subjects_of(b, bank)[subject].version, version, __ATOMIC_RELEASE);
}
