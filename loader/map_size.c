// SPDX-License-Identifier: Apache-2.0
#include "map_size.h"

#include "map_set.h"

static const uint32_t fixed[SHARED_MAPS] = {
#define MAP_ENTRIES(name, type, key, value, entries, flags) [MAP_##name] = entries,
	POLC_MAPS(MAP_ENTRIES)
#undef MAP_ENTRIES
};

uint32_t map_entries(const struct map_sizes *sizes, int map)
{
	const struct layout *layout = &sizes->layout;

	switch (map) {
	case MAP_subjects:
		return BANKS * layout->subjects;
	case MAP_rows:
		return BANKS * layout->subjects * layout->classes;
	case MAP_steps:
		return BANKS * layout->steps;
	case MAP_blocks4:
	case MAP_blocks6:
		return BANKS * layout->blocks;
	case MAP_addresses4:
	case MAP_addresses6:
		return BANKS * sizes->addresses;
	case MAP_established4:
	case MAP_established6:
		return sizes->established;
	case MAP_half_open4:
	case MAP_half_open6:
		return sizes->half_open;
	case MAP_fragments4:
	case MAP_fragments6:
		return sizes->fragments;
	case MAP_events:
		return sizes->events_bytes;
	case MAP_budgets:
		return layout->subjects + 1; /* pods without a subject share the last one */
	default:
		return fixed[map];
	}
}

void map_sizes_from(struct map_sizes *sizes, const uint32_t *entries)
{
	const uint32_t subjects = entries[MAP_subjects] / BANKS;

	*sizes = (struct map_sizes){
		.established = entries[MAP_established4],
		.half_open = entries[MAP_half_open4],
		.fragments = entries[MAP_fragments4],
		.events_bytes = entries[MAP_events],
		.addresses = entries[MAP_addresses4] / BANKS,
		.layout = { .subjects = subjects,
			    .classes = entries[MAP_rows] / BANKS / subjects,
			    .steps = entries[MAP_steps] / BANKS,
			    .blocks = entries[MAP_blocks4] / BANKS },
	};
}

int map_sizes_hold(const struct map_sizes *sizes, const struct map_sizes *wanted)
{
	return sizes->established >= wanted->established && sizes->half_open >= wanted->half_open &&
	       sizes->fragments >= wanted->fragments && sizes->events_bytes >= wanted->events_bytes &&
	       sizes->addresses >= wanted->addresses && sizes->layout.subjects >= wanted->layout.subjects &&
	       sizes->layout.classes >= wanted->layout.classes && sizes->layout.steps >= wanted->layout.steps &&
	       sizes->layout.blocks >= wanted->layout.blocks;
}
