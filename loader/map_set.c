// SPDX-License-Identifier: Apache-2.0
#include "map_set.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "map_fill.h"

static const char *const names[SHARED_MAPS] = {
	[MAP_ACTIVE] = "active",
	[MAP_DISPATCH0] = "dispatch0",
	[MAP_DISPATCH1] = "dispatch1",
	[MAP_ESTABLISHED4] = "established4",
	[MAP_ESTABLISHED6] = "established6",
	[MAP_HALF_OPEN4] = "half_open4",
	[MAP_HALF_OPEN6] = "half_open6",
	[MAP_FRAGMENTS4] = "fragments4",
	[MAP_FRAGMENTS6] = "fragments6",
	[MAP_EVENTS] = "events",
	[MAP_DENIED] = "denied",
	[MAP_DENY_BUDGET] = "deny_budget",
	[MAP_COUNTERS] = "counters",
	[MAP_ADDRESSES4] = "addresses4",
	[MAP_ADDRESSES6] = "addresses6",
	[MAP_CIDRS4] = "cidrs4",
	[MAP_CIDRS6] = "cidrs6",
};

const char *map_name(enum shared_map map)
{
	return names[map];
}

/* The records that fill a map of the generation; NULL for the instance's. */
static const struct bytes *records_of(const struct state *state, enum shared_map map)
{
	switch (map) {
	case MAP_ADDRESSES4:
		return &state->addresses4;
	case MAP_ADDRESSES6:
		return &state->addresses6;
	case MAP_CIDRS4:
		return &state->cidrs4;
	case MAP_CIDRS6:
		return &state->cidrs6;
	default:
		return NULL;
	}
}

static size_t key_size_of(enum shared_map map)
{
	switch (map) {
	case MAP_ADDRESSES4:
		return 4;
	case MAP_ADDRESSES6:
		return 16;
	case MAP_CIDRS4:
		return sizeof(struct cidr4_key);
	default:
		return sizeof(struct cidr6_key);
	}
}

/* What the state says about the size; 0 where the object's own definition stands. */
static __u32 size_of(const struct state *state, enum shared_map map)
{
	const struct bytes *records = records_of(state, map);
	size_t count;

	if (records) {
		count = records->size / (key_size_of(map) + sizeof(__u32));
		return count ? count : 1;
	}
	switch (map) {
	case MAP_ESTABLISHED4:
	case MAP_ESTABLISHED6:
		return state->sizes.established;
	case MAP_HALF_OPEN4:
	case MAP_HALF_OPEN6:
		return state->sizes.half_open;
	case MAP_FRAGMENTS4:
	case MAP_FRAGMENTS6:
		return state->sizes.fragments;
	case MAP_EVENTS:
		return state->sizes.events_bytes;
	default:
		return 0;
	}
}

void map_set_open(struct map_set *set, const struct instance *instance)
{
	int map;

	*set = (struct map_set){ .instance = instance };
	for (map = 0; map < SHARED_MAPS; map++)
		set->fd[map] = instance && map < INSTANCE_MAPS ? instance_open_pin(instance, names[map]) : -1;
}

void map_set_close(struct map_set *set)
{
	int map;

	for (map = 0; map < SHARED_MAPS; map++) {
		if (set->fd[map] >= 0)
			close(set->fd[map]);
		set->fd[map] = -1;
	}
}

/* The existing map must be what the program was compiled for, but for its size where the state says that. */
static int check_reuse(const struct bpf_map *map, enum shared_map which, const struct bpf_map_info *info,
		       const struct state *state)
{
	if (info->type != bpf_map__type(map) || info->key_size != bpf_map__key_size(map) ||
	    info->value_size != bpf_map__value_size(map) || info->map_flags != bpf_map__map_flags(map) ||
	    (!size_of(state, which) && info->max_entries != bpf_map__max_entries(map)))
		return fail("detach the instance, then apply",
			    "the instance's map %s has another layout than the program's", names[which]);
	return 0;
}

static int reuse(struct bpf_map *map, enum shared_map which, int fd, const struct state *state)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	int err;

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return fail_errno(errno, "cannot inspect the map %s", names[which]);
	if (check_reuse(map, which, &info, state))
		return -1;
	err = bpf_map__reuse_fd(map, fd);
	return err ? fail_errno(-err, "cannot use the map %s again", names[which]) : 0;
}

void map_set_report_sizes(const struct map_set *set, const struct state *state, json_t *problems)
{
	int which;

	for (which = 0; which < INSTANCE_MAPS; which++) {
		struct bpf_map_info info = { 0 };
		__u32 length = sizeof(info), wanted = size_of(state, which);

		if (set->fd[which] < 0 || !wanted || bpf_obj_get_info_by_fd(set->fd[which], &info, &length))
			continue;
		if (info.max_entries != wanted)
			problem(problems, "%s keeps its size of %u, the state asks for %u: detach to change it",
				names[which], info.max_entries, wanted);
	}
}

int map_set_prepare(const struct map_set *set, struct bpf_object *object, const struct state *state)
{
	int which, err;

	for (which = 0; which < SHARED_MAPS; which++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, names[which]);
		__u32 size = size_of(state, which);

		if (!map)
			continue;
		if (records_of(state, which) && (bpf_map__key_size(map) != key_size_of(which) ||
						 bpf_map__value_size(map) != sizeof(__u32)))
			return fail(NULL, "the object's map %s has another layout than the state's records",
				    names[which]);
		if (set->fd[which] >= 0)
			err = reuse(map, which, set->fd[which], state);
		else
			err = size && bpf_map__set_max_entries(map, size) ?
				      fail(NULL, "cannot set the size of the map %s", names[which]) :
				      0;
		if (err)
			return err;
	}
	return 0;
}

int map_set_adopt(struct map_set *set, struct bpf_object *object)
{
	int which;

	for (which = 0; which < SHARED_MAPS; which++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, names[which]);

		if (!map || set->fd[which] >= 0)
			continue;
		set->fd[which] = fcntl(bpf_map__fd(map), F_DUPFD_CLOEXEC, 3);
		if (set->fd[which] < 0)
			return fail_errno(errno, "cannot keep the map %s", names[which]);
		set->made[which] = true;
	}
	return 0;
}

int map_set_pin(struct map_set *set)
{
	char path[PIN_PATH_MAX];
	int which;

	for (which = 0; which < INSTANCE_MAPS; which++) {
		if (!set->made[which])
			continue;
		instance_pin_path(set->instance, path, names[which], NULL);
		if (bpf_obj_pin(set->fd[which], path))
			return fail_errno(errno, "cannot pin the map %s", names[which]);
		set->made[which] = false;
		set->pinned[which] = true;
	}
	return 0;
}

void map_set_unpin(struct map_set *set)
{
	char path[PIN_PATH_MAX];
	int which;

	for (which = 0; which < INSTANCE_MAPS; which++) {
		if (!set->pinned[which])
			continue;
		instance_pin_path(set->instance, path, names[which], NULL);
		unlink(path);
		set->pinned[which] = false;
	}
}

int map_set_fill(const struct map_set *set, const struct state *state)
{
	int which;

	for (which = INSTANCE_MAPS; which < SHARED_MAPS; which++)
		if (set->fd[which] >= 0 && map_fill_records(set->fd[which], names[which], records_of(state, which),
							    key_size_of(which), sizeof(__u32)))
			return -1;
	return 0;
}
