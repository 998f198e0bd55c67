// SPDX-License-Identifier: Apache-2.0
#include "map_fill.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

/* Older kernels have no batches for some kinds of map: what a batch did not write is written one by one. */
static int fill(int fd, const char *name, const unsigned char *keys, const unsigned char *values, uint32_t count,
		size_t key_size, size_t value_size)
{
	uint32_t done = count, i;

	if (bpf_map_update_batch(fd, keys, values, &done, NULL) == 0)
		return 0;
	for (i = 0; i < count; i++)
		if (bpf_map_update_elem(fd, keys + i * key_size, values + i * value_size, BPF_ANY))
			return fail_errno(errno, "cannot write entry %u of %u of the map %s", i, count, name);
	return 0;
}

int map_fill_records(int fd, const char *name, const struct bytes *records, size_t key_size, size_t value_size)
{
	uint32_t count = records->size / (key_size + value_size), i;
	unsigned char *keys, *values;
	int err;

	if (!count)
		return 0;
	keys = malloc(count * key_size);
	values = malloc(count * value_size);
	if (keys && values) {
		for (i = 0; i < count; i++) {
			const unsigned char *record = records->data + i * (key_size + value_size);

			memcpy(keys + i * key_size, record, key_size);
			memcpy(values + i * value_size, record + key_size, value_size);
		}
		err = fill(fd, name, keys, values, count, key_size, value_size);
	} else {
		err = fail(NULL, "out of memory");
	}
	free(keys);
	free(values);
	return err;
}

int map_fill_array(int fd, const char *name, const struct bytes *values, size_t value_size)
{
	uint32_t count = values->size / value_size, i, *keys;
	int err;

	if (!count)
		return 0;
	keys = malloc(count * sizeof(*keys));
	if (!keys)
		return fail(NULL, "out of memory");
	for (i = 0; i < count; i++)
		keys[i] = i;
	err = fill(fd, name, (const unsigned char *)keys, values->data, count, sizeof(*keys), value_size);
	free(keys);
	return err;
}
