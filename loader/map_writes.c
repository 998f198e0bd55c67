// SPDX-License-Identifier: Apache-2.0
#include "map_writes.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

#define BATCH 4096

int map_writes_start(struct map_writes *w, int fd, const char *name, size_t key_size, size_t value_size)
{
	*w = (struct map_writes){ .fd = fd, .name = name, .key_size = key_size, .value_size = value_size };
	w->keys = malloc(BATCH * key_size);
	w->values = malloc(BATCH * value_size);
	w->gone = malloc(BATCH * key_size);
	return w->keys && w->values && w->gone ? 0 : fail(NULL, "out of memory");
}

static int no_room(const struct map_writes *w, int error)
{
	if (error == E2BIG)
		return fail("raise sizes.addresses, or the size that the message names", "the map %s is full", w->name);
	return fail_errno(error, "cannot write the map %s", w->name);
}

/* What a batch did not write is written one by one: it stops at the first entry that fails, and that one says why. */
static int write_all(struct map_writes *w)
{
	LIBBPF_OPTS(bpf_map_batch_opts, in_place, .elem_flags = BPF_F_LOCK);
	__u32 done = w->count, i;

	if (!w->count || !bpf_map_update_batch(w->fd, w->keys, w->values, &done, &in_place)) {
		w->count = 0;
		return 0;
	}
	for (i = 0; i < w->count; i++)
		if (bpf_map_update_elem(w->fd, w->keys + i * w->key_size, w->values + i * w->value_size, BPF_F_LOCK))
			return no_room(w, errno);
	w->count = 0;
	return 0;
}

static int delete_all(struct map_writes *w)
{
	__u32 i;

	for (i = 0; i < w->gone_count; i++)
		if (bpf_map_delete_elem(w->fd, w->gone + i * w->key_size) && errno != ENOENT)
			return fail_errno(errno, "cannot delete an entry of the map %s", w->name);
	w->gone_count = 0;
	return 0;
}

int map_writes_put(struct map_writes *w, const void *key, const void *value)
{
	if (w->count == BATCH && write_all(w))
		return -1;
	memcpy(w->keys + w->count * w->key_size, key, w->key_size);
	memcpy(w->values + w->count * w->value_size, value, w->value_size);
	w->count++;
	return 0;
}

int map_writes_delete(struct map_writes *w, const void *key)
{
	if (w->gone_count == BATCH && delete_all(w))
		return -1;
	memcpy(w->gone + w->gone_count * w->key_size, key, w->key_size);
	w->gone_count++;
	return 0;
}

int map_writes_end(struct map_writes *w, bool failed)
{
	int err = failed ? -1 : delete_all(w);

	if (!err)
		err = write_all(w);
	free(w->keys);
	free(w->values);
	free(w->gone);
	*w = (struct map_writes){ 0 };
	return err;
}
