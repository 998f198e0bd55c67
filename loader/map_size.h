/* SPDX-License-Identifier: Apache-2.0 */
/* map_size.h: how many entries each map of an instance has, from what a state says about sizes, and back. */
#ifndef POLC_MAP_SIZE_H
#define POLC_MAP_SIZE_H

#include <stdint.h>

#include "abi.h"

struct map_sizes {
	uint32_t established;
	uint32_t half_open;
	uint32_t fragments;
	uint32_t events_bytes;
	uint32_t addresses; /* of each family, of one generation: maps have room for two */
	struct layout layout;
};

/* `map` is an enum shared_map. */
uint32_t map_entries(const struct map_sizes *sizes, int map);
/* The reverse, for maps that are there: `entries` by enum shared_map. */
void map_sizes_from(struct map_sizes *sizes, const uint32_t *entries);

/* Do maps of these sizes have room for what asks for `wanted`? */
int map_sizes_hold(const struct map_sizes *sizes, const struct map_sizes *wanted);

#endif
