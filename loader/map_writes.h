/* SPDX-License-Identifier: Apache-2.0 */
/* map_writes.h: entries to write into a hash map, and entries to delete, gathered and done by few system calls. What is there
 * already is written in its place: the values have a lock (map_has_lock()). Only deleting is for all maps.
 */
#ifndef POLC_MAP_WRITES_H
#define POLC_MAP_WRITES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct map_writes {
	int fd;
	const char *name;
	size_t key_size, value_size;
	unsigned char *keys, *values, *gone; /* `gone`: keys to delete */
	__u32 count, gone_count;
};

int map_writes_start(struct map_writes *writes, int fd, const char *name, size_t key_size, size_t value_size);
int map_writes_put(struct map_writes *writes, const void *key, const void *value);
int map_writes_delete(struct map_writes *writes, const void *key);
/* Does what is left, unless `failed`, and frees. */
int map_writes_end(struct map_writes *writes, bool failed);

#endif
