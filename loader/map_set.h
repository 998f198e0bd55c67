/* SPDX-License-Identifier: Apache-2.0 */
/* map_set.h: the maps that several objects share, by name: see bpf-templates/maps.h and dispatch.h.
 *
 * The first object that has a map makes it, the others use the same one. Maps of the instance outlive the command as
 * pins; an existing pin wins over the sizes in the state. Maps of a generation are made new by each command.
 */
#ifndef POLC_MAP_SET_H
#define POLC_MAP_SET_H

#include <bpf/libbpf.h>
#include <jansson.h>

#include "instance.h"
#include "state.h"

enum shared_map {
	MAP_ACTIVE,
	MAP_DISPATCH0,
	MAP_DISPATCH1,
	MAP_ESTABLISHED4,
	MAP_ESTABLISHED6,
	MAP_HALF_OPEN4,
	MAP_HALF_OPEN6,
	MAP_FRAGMENTS4,
	MAP_FRAGMENTS6,
	MAP_EVENTS,
	MAP_DENIED,
	MAP_DENY_BUDGET,
	MAP_COUNTERS,
	INSTANCE_MAPS,
	MAP_ADDRESSES4 = INSTANCE_MAPS,
	MAP_ADDRESSES6,
	MAP_CIDRS4,
	MAP_CIDRS6,
	SHARED_MAPS
};

struct map_set {
	const struct instance *instance; /* NULL: nothing is pinned */
	int fd[SHARED_MAPS];		 /* -1: no object has it yet */
	bool made[SHARED_MAPS];		 /* by this command, and not pinned yet */
	bool pinned[SHARED_MAPS];	 /* by this command */
};

const char *map_name(enum shared_map map);

/* Opens what is pinned; `instance` may be NULL. */
void map_set_open(struct map_set *set, const struct instance *instance);
void map_set_close(struct map_set *set);

/* Says where an existing map's size is not the state's. */
void map_set_report_sizes(const struct map_set *set, const struct state *state, json_t *problems);

/* Before an object loads: gives it the maps that exist, and the others their sizes. */
int map_set_prepare(const struct map_set *set, struct bpf_object *object, const struct state *state);
/* After it is loaded: takes the maps that it made. */
int map_set_adopt(struct map_set *set, struct bpf_object *object);

/* Pins the instance's maps that this command made, and takes these pins away again. */
int map_set_pin(struct map_set *set);
void map_set_unpin(struct map_set *set);

/* Fills the generation's address maps. */
int map_set_fill(const struct map_set *set, const struct state *state);

#endif
