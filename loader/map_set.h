/* SPDX-License-Identifier: Apache-2.0 */
/* map_set.h: the maps of an instance, all at once: made, pinned, opened, handed to objects.
 *
 * They are those of bpf-templates/map_list.h, and the ring `events`. Objects use them by name; what an object defines
 * must be the same but for its size.
 */
#ifndef POLC_MAP_SET_H
#define POLC_MAP_SET_H

#include <bpf/libbpf.h>
#include <stdbool.h>

#include "instance.h"
#include "map_list.h"
#include "map_size.h"

enum shared_map {
#define MAP_ENUM(name, type, key, value, entries, flags) MAP_##name,
	POLC_MAPS(MAP_ENUM)
#undef MAP_ENUM
	MAP_events,
	SHARED_MAPS
};

struct map_set {
	int fd[SHARED_MAPS]; /* -1: closed */
	struct map_sizes sizes;
};

const char *map_name(enum shared_map map);
/* Are its values changed in their place, by BPF_F_LOCK? */
bool map_has_lock(enum shared_map map);

/* New maps of these sizes, pinned nowhere. */
int map_set_create(struct map_set *set, const struct map_sizes *sizes);

/* Those of `old` that have the size they are to have, and new ones in the place of the others. */
int map_set_grow(struct map_set *set, const struct map_set *old, const struct map_sizes *sizes);

/* What is pinned in a directory of the instance. All or nothing: one that lacks is a failure. */
int map_set_open(struct map_set *set, const struct instance *instance, const char *directory);
int map_set_pin(const struct map_set *set, const struct instance *instance, const char *directory);

/* Nothing is open. */
void map_set_init(struct map_set *set);
void map_set_close(struct map_set *set);

/* Before an object loads: gives it the maps. */
int map_set_use(const struct map_set *set, struct bpf_object *object, const char *path);

#endif
