// SPDX-License-Identifier: Apache-2.0
#include "ids.h"

#include <stdlib.h>

#include "failure.h"

#define LIVES 1
#define PUT 2
#define REMOVED 4
#define TOUCHED 8

int ids_init(struct ids *ids, const char *name, __u32 capacity)
{
	*ids = (struct ids){ .name = name,
			     .capacity = capacity,
			     .state = calloc(capacity, sizeof(*ids->state)),
			     .references = calloc(capacity, sizeof(*ids->references)),
			     .pending = calloc(capacity, sizeof(*ids->pending)) };
	return ids->state && ids->references && ids->pending ? 0 : fail(NULL, "out of memory");
}

void ids_free(struct ids *ids)
{
	free(ids->state);
	free(ids->references);
	free(ids->pending);
	free(ids->touched);
	*ids = (struct ids){ 0 };
}

bool id_lives(const struct ids *ids, __u32 id)
{
	return id < ids->capacity && ids->state[id] & LIVES;
}

static int touch(struct ids *ids, __u32 id)
{
	__u32 *grown;

	if (ids->state[id] & TOUCHED)
		return 0;
	if (ids->touched_count == ids->touched_room) {
		size_t room = ids->touched_room ? 2 * ids->touched_room : 64;

		grown = realloc(ids->touched, room * sizeof(*grown));
		if (!grown)
			return fail(NULL, "out of memory");
		ids->touched = grown;
		ids->touched_room = room;
	}
	ids->touched[ids->touched_count++] = id;
	ids->state[id] |= TOUCHED;
	return 0;
}

int id_put(struct ids *ids, const char *path, __u32 id)
{
	if (id >= ids->capacity)
		return fail_as("full", "apply a whole state with more capacity", "%s: %s %u: there is room for %u", path,
			       ids->name, id, ids->capacity);
	if (ids->state[id] & PUT)
		return fail(NULL, "%s: %s %u is put twice", path, ids->name, id);
	ids->state[id] |= PUT;
	return touch(ids, id);
}

int id_remove(struct ids *ids, const char *path, __u32 id)
{
	if (!id_lives(ids, id))
		return fail(NULL, "%s: %s %u is removed, but there is none", path, ids->name, id);
	if (ids->state[id] & (PUT | REMOVED))
		return fail("an id is free again in the next generation", "%s: %s %u is removed, and put or removed again",
			    path, ids->name, id);
	ids->state[id] |= REMOVED;
	return touch(ids, id);
}

int id_refer(struct ids *ids, const char *path, __u32 id, const char *by, __u32 by_id)
{
	if (id >= ids->capacity || !(ids->state[id] & (LIVES | PUT)) || ids->state[id] & REMOVED)
		return fail(NULL, "%s: %s %u refers to %s %u, which there is not", path, by, by_id, ids->name, id);
	ids->pending[id]++;
	return touch(ids, id);
}

int id_unrefer(struct ids *ids, __u32 id)
{
	ids->pending[id]--;
	return touch(ids, id);
}

int ids_check(const struct ids *ids, const char *path)
{
	size_t i;

	for (i = 0; i < ids->touched_count; i++) {
		__u32 id = ids->touched[i];

		if (ids->state[id] & REMOVED && (__s64)ids->references[id] + ids->pending[id] > 0)
			return fail("remove what refers to it, or change that, in the same state",
				    "%s: %s %u is removed, but something still refers to it", path, ids->name, id);
	}
	return 0;
}

void ids_commit(struct ids *ids)
{
	size_t i;

	for (i = 0; i < ids->touched_count; i++) {
		__u32 id = ids->touched[i];
		bool lived = ids->state[id] & LIVES;
		bool lives = (lived || ids->state[id] & PUT) && !(ids->state[id] & REMOVED);

		ids->references[id] += ids->pending[id];
		ids->pending[id] = 0;
		ids->count += lives - lived;
		ids->state[id] = lives ? LIVES : 0;
	}
	ids->touched_count = 0;
}

void ids_forget(struct ids *ids)
{
	size_t i;

	for (i = 0; i < ids->touched_count; i++) {
		ids->state[ids->touched[i]] &= LIVES;
		ids->pending[ids->touched[i]] = 0;
	}
	ids->touched_count = 0;
}
