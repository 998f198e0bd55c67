// SPDX-License-Identifier: Apache-2.0
#include "service_maps.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"

static const struct {
	const char *name;
	enum bpf_map_type type;
	__u32 key_size, value_size, entries, flags;
} specs[SERVICE_MAPS] = {
#define SERVICE_MAP_SPEC(name, kind, key, value, entries, flags) \
	[SERVICE_MAP_##name] = { #name, BPF_MAP_TYPE_##kind, sizeof(key), sizeof(value), entries, flags },
	SERVICE_STATE(SERVICE_MAP_SPEC) SERVICE_TABLES(SERVICE_MAP_SPEC)
#undef SERVICE_MAP_SPEC
	[SERVICE_MAP_maglev] = { "maglev", BPF_MAP_TYPE_ARRAY_OF_MAPS, sizeof(__u32), sizeof(__u32), SEGMENTS, 0 },
	[SERVICE_MAP_control] = { "control", BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct service_control), 1,
				  BPF_F_MMAPABLE },
};

const char *service_map_name(int map)
{
	return specs[map].name;
}

void service_maps_init(struct service_maps *maps)
{
	int map;

	for (map = 0; map < SERVICE_MAPS; map++)
		maps->fd[map] = -1;
}

void service_maps_close(struct service_maps *maps)
{
	int map;

	for (map = 0; map < SERVICE_MAPS; map++)
		if (maps->fd[map] >= 0)
			close(maps->fd[map]);
	service_maps_init(maps);
}

/* How many entries a table of this room has. */
static __u32 entries_of(int map, const __u32 capacity[CAPACITIES])
{
	switch (map) {
	case SERVICE_MAP_destinations4:
	case SERVICE_MAP_destinations6:
		return capacity[CAPACITY_DESTINATIONS];
	case SERVICE_MAP_frontends4:
	case SERVICE_MAP_frontends6:
		return capacity[CAPACITY_FRONTENDS];
	case SERVICE_MAP_service_ports:
		return capacity[CAPACITY_PORTS];
	case SERVICE_MAP_sets:
		return capacity[CAPACITY_SETS];
	case SERVICE_MAP_members:
		return members_room(capacity[CAPACITY_MEMBERS]);
	case SERVICE_MAP_endpoints:
	case SERVICE_MAP_local_endpoints4:
	case SERVICE_MAP_local_endpoints6:
		return capacity[CAPACITY_ENDPOINTS];
	case SERVICE_MAP_source_ranges4:
	case SERVICE_MAP_source_ranges6:
		return capacity[CAPACITY_RANGES];
	default:
		return specs[map].entries;
	}
}

static int create(struct service_maps *maps, int map, __u32 entries, int inner)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = specs[map].flags);
	char name[BPF_OBJ_NAME_LEN];

	if (inner >= 0)
		options.inner_map_fd = inner;
	strncpy(name, specs[map].name, sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	maps->fd[map] = bpf_map_create(specs[map].type, name, specs[map].key_size, specs[map].value_size, entries, &options);
	if (maps->fd[map] >= 0)
		return 0;
	maps->fd[map] = -1;
	return fail_errno(errno, "cannot make the map %s of %u entries", specs[map].name, entries);
}

int service_maps_create_state(struct service_maps *maps)
{
	int map;

	for (map = 0; map < SERVICE_STATE_MAPS; map++)
		if (create(maps, map, specs[map].entries, -1))
			return -1;
	return 0;
}

static int open_map(struct service_maps *maps, const struct instance *instance, const char *directory, int map)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	char path[PIN_PATH_MAX];
	int fd;

	instance_pin_path(instance, path, "%s/%s", directory, specs[map].name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return fd;
	maps->fd[map] = fd;
	if (bpf_obj_get_info_by_fd(fd, &info, &length) || info.type != specs[map].type ||
	    info.key_size != specs[map].key_size || info.value_size != specs[map].value_size)
		return fail("polc-loader and what is enforced must be of the same version",
			    "the map %s has another layout than this loader's", specs[map].name);
	return 0;
}

int service_maps_open_state(struct service_maps *maps, const struct instance *instance)
{
	char path[PIN_PATH_MAX];
	int map, err;

	for (map = 0; map < SERVICE_STATE_MAPS; map++) {
		err = open_map(maps, instance, SERVICES_DIRECTORY, map);
		if (!err)
			continue;
		if (err != -ENOENT)
			return err == -1 ? -1 : fail_errno(-err, "cannot open the map %s", specs[map].name);
		if (create(maps, map, specs[map].entries, -1))
			return -1;
		instance_pin_path(instance, path, SERVICES_DIRECTORY "/%s", specs[map].name);
		if (bpf_obj_pin(maps->fd[map], path))
			return fail_errno(errno, "cannot pin the map %s", specs[map].name);
	}
	return 0;
}

__u32 segment_value_size(__u32 table_size)
{
	return (table_size * sizeof(__u16) + 7) & ~7u;
}

int service_maps_segment(__u32 table_size)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "maglev_segment", sizeof(__u32), segment_value_size(table_size),
				ROWS_IN_SEGMENT, &options);

	return fd < 0 ? fail_errno(errno, "cannot make %d Maglev tables", ROWS_IN_SEGMENT) : fd;
}

int service_maps_create_tables(struct service_maps *maps, const __u32 capacity[CAPACITIES], __u32 table_size)
{
	int map, inner = service_maps_segment(table_size), err = 0;

	if (inner < 0)
		return -1;
	for (map = SERVICE_STATE_MAPS; map < SERVICE_MAPS && !err; map++)
		err = create(maps, map, entries_of(map, capacity), map == SERVICE_MAP_maglev ? inner : -1);
	close(inner);
	return err;
}

/* `control` is the last one: a directory without it was left by a command that did not end. */
int service_maps_pin_tables(const struct service_maps *maps, const struct instance *instance, const char *directory)
{
	char path[PIN_PATH_MAX];
	int map;

	for (map = SERVICE_STATE_MAPS; map < SERVICE_MAPS; map++) {
		instance_pin_path(instance, path, "%s/%s", directory, specs[map].name);
		if (bpf_obj_pin(maps->fd[map], path))
			return fail_errno(errno, "cannot pin the map %s", specs[map].name);
	}
	return 0;
}
_Static_assert(SERVICE_MAP_control == SERVICE_MAPS - 1, "service_maps_pin_tables pins it last");

int service_maps_open(struct service_maps *maps, const struct instance *instance)
{
	int map, err;

	for (map = 0; map < SERVICE_MAPS; map++) {
		err = open_map(maps, instance, map < SERVICE_STATE_MAPS ? SERVICES_DIRECTORY : SERVICES_TABLES, map);
		if (err)
			return err == -1 ? -1 :
					   fail("detach the services, then apply", "the services of instance %s are damaged: "
						"cannot open the map %s: %s", instance->name, specs[map].name, strerror(-err));
	}
	return 0;
}

/* Of a map of maps only the outer one is compared: the kernel compares the inner ones. */
int service_maps_use(const struct service_maps *maps, struct bpf_object *object, const char *path)
{
	int map, err;

	for (map = 0; map < SERVICE_MAP_control; map++) {
		struct bpf_map *used = bpf_object__find_map_by_name(object, specs[map].name);

		if (!used)
			continue;
		if (bpf_map__type(used) != specs[map].type || bpf_map__key_size(used) != specs[map].key_size ||
		    (map != SERVICE_MAP_maglev && bpf_map__value_size(used) != specs[map].value_size))
			return fail("polc, polc-loader and the objects must be of the same version",
				    "%s: the map %s has another layout than this loader's", path, specs[map].name);
		err = bpf_map__reuse_fd(used, maps->fd[map]);
		if (err)
			return fail_errno(-err, "%s cannot use the map %s", path, specs[map].name);
	}
	return 0;
}
