/* SPDX-License-Identifier: Apache-2.0 */
/* map_fill.h: many entries into a map, by few system calls where the kernel can. */
#ifndef POLC_MAP_FILL_H
#define POLC_MAP_FILL_H

#include <stddef.h>

#include "base64.h"

/* Records of a key and a value, one after the other. */
int map_fill_records(int fd, const char *name, const struct bytes *records, size_t key_size, size_t value_size);

/* The values of an array, by index. */
int map_fill_array(int fd, const char *name, const struct bytes *values, size_t value_size);

#endif
