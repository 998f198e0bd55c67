// SPDX-License-Identifier: Apache-2.0
#include "map_walk.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#define BATCH 4096
#define BATCH_MAX (1u << 24)

struct walk {
	struct bpf_map_info info;
	char *keys, *values;
	__u32 room;
	__u32 position; /* a bucket's number */
};

static int make_room(struct walk *w, __u32 room)
{
	free(w->keys);
	free(w->values);
	w->keys = malloc((size_t)room * w->info.key_size);
	w->values = malloc((size_t)room * w->info.value_size);
	w->room = room;
	return w->keys && w->values ? 0 : -ENOMEM;
}

/* A bucket with more entries than the batch has room for needs a larger one. The walk ends with ENOENT, and may then
 * still bring entries.
 */
static int next_batch(int fd, struct walk *w, bool first, __u32 *count)
{
	int err;

	for (;;) {
		*count = w->room;
		err = bpf_map_lookup_batch(fd, first ? NULL : &w->position, &w->position, w->keys, w->values, count, NULL);
		if (err != -ENOSPC || w->room >= BATCH_MAX)
			return err;
		err = make_room(w, 4 * w->room);
		if (err)
			return err;
	}
}

int map_walk(int fd, int (*each)(void *context, const void *key, void *value), void *context)
{
	struct walk w = { 0 };
	__u32 length = sizeof(w.info), count, i;
	int err = bpf_obj_get_info_by_fd(fd, &w.info, &length), answer = 0;
	bool first = true;

	if (!err)
		err = make_room(&w, BATCH);
	while (!err && !answer) {
		err = next_batch(fd, &w, first, &count);
		if (!err || err == -ENOENT)
			for (i = 0; i < count && !answer; i++)
				answer = each(context, w.keys + (size_t)i * w.info.key_size,
					      w.values + (size_t)i * w.info.value_size);
		first = false;
	}
	free(w.keys);
	free(w.values);
	if (err && err != -ENOENT) {
		errno = -err;
		return -1;
	}
	return answer;
}
