// SPDX-License-Identifier: Apache-2.0
#include "map_count.h"

#include <errno.h>
#include <stdlib.h>

#define BATCH 4096

long long map_count(int fd, const struct bpf_map_info *info)
{
	char *keys = malloc((size_t)BATCH * info->key_size), *values = malloc((size_t)BATCH * info->value_size);
	__u32 position, count;
	long long total = 0;
	void *from = NULL;
	int err = keys && values ? 0 : -ENOMEM;

	/* Positions are bucket numbers. The walk ends with ENOENT, and may then still bring entries. */
	while (!err) {
		count = BATCH;
		err = bpf_map_lookup_batch(fd, from, &position, keys, values, &count, NULL);
		if (!err || err == -ENOENT)
			total += count;
		from = &position;
	}
	free(keys);
	free(values);
	return total;
}
