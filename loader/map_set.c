// SPDX-License-Identifier: Apache-2.0
#include "map_set.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "lock_type.h"

static const struct {
	const char *name;
	enum bpf_map_type type;
	__u32 key_size, value_size, flags;
} specs[SHARED_MAPS] = {
#define MAP_SPEC(name, kind, key, value, entries, map_flags) \
	[MAP_##name] = { #name, BPF_MAP_TYPE_##kind, sizeof(key), sizeof(value), map_flags },
	POLC_MAPS(MAP_SPEC)
#undef MAP_SPEC
	[MAP_events] = { "events", BPF_MAP_TYPE_RINGBUF, 0, 0, 0 },
};

const char *map_name(enum shared_map map)
{
	return specs[map].name;
}

void map_set_init(struct map_set *set)
{
	int map;

	for (map = 0; map < SHARED_MAPS; map++)
		set->fd[map] = -1;
}

void map_set_close(struct map_set *set)
{
	int map;

	for (map = 0; map < SHARED_MAPS; map++)
		if (set->fd[map] >= 0)
			close(set->fd[map]);
	map_set_init(set);
}

bool map_has_lock(enum shared_map map)
{
	return map == MAP_addresses4 || map == MAP_addresses6 || map == MAP_pods;
}
_Static_assert(!offsetof(struct address, lock) && !offsetof(struct pod, lock), "lock_type_load() has it first");

static int create(struct map_set *set, int map)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = specs[map].flags);
	__u32 entries = map_entries(&set->sizes, map);
	struct lock_type type = { .btf = -1 };

	if (map_has_lock(map) && lock_type_load(&type, specs[map].key_size, specs[map].value_size))
		return -1;
	if (type.btf >= 0) {
		options.btf_fd = type.btf;
		options.btf_key_type_id = type.key;
		options.btf_value_type_id = type.value;
	}
	set->fd[map] = bpf_map_create(specs[map].type, specs[map].name, specs[map].key_size, specs[map].value_size,
				      entries, &options);
	if (type.btf >= 0)
		close(type.btf);
	if (set->fd[map] >= 0)
		return 0;
	set->fd[map] = -1;
	return fail_errno(errno, "cannot make the map %s of %u entries", specs[map].name, entries);
}

int map_set_create(struct map_set *set, const struct map_sizes *sizes)
{
	int map;

	map_set_init(set);
	set->sizes = *sizes;
	for (map = 0; map < SHARED_MAPS; map++)
		if (create(set, map))
			return -1;
	return 0;
}

int map_set_grow(struct map_set *set, const struct map_set *old, const struct map_sizes *sizes)
{
	int map;

	map_set_init(set);
	set->sizes = *sizes;
	for (map = 0; map < SHARED_MAPS; map++) {
		if (map_entries(sizes, map) != map_entries(&old->sizes, map)) {
			if (create(set, map))
				return -1;
			continue;
		}
		set->fd[map] = fcntl(old->fd[map], F_DUPFD_CLOEXEC, 3);
		if (set->fd[map] < 0)
			return fail_errno(errno, "cannot keep the map %s", specs[map].name);
	}
	return 0;
}

static int inspect(int fd, const char *name, struct bpf_map_info *info)
{
	__u32 length = sizeof(*info);

	*info = (struct bpf_map_info){ 0 };
	return bpf_obj_get_info_by_fd(fd, info, &length) ? fail_errno(errno, "cannot inspect the map %s", name) : 0;
}

static int open_map(struct map_set *set, const char *path, int map, __u32 *entries)
{
	struct bpf_map_info info;
	int fd = bpf_obj_get(path);

	if (fd < 0)
		return fail("detach it, then apply", "the instance is damaged: cannot open %s: %s", path,
			    strerror(errno));
	set->fd[map] = fd;
	if (inspect(fd, specs[map].name, &info))
		return -1;
	if (info.type != specs[map].type || info.key_size != specs[map].key_size ||
	    info.value_size != specs[map].value_size)
		return fail("polc-loader and what is enforced must be of the same version",
			    "the map %s has another layout than this loader's", specs[map].name);
	*entries = info.max_entries;
	return 0;
}

int map_set_open(struct map_set *set, const struct instance *instance, const char *directory)
{
	__u32 entries[SHARED_MAPS];
	char path[PIN_PATH_MAX];
	int map;

	map_set_init(set);
	for (map = 0; map < SHARED_MAPS; map++) {
		instance_pin_path(instance, path, "%s/%s", directory, specs[map].name);
		if (open_map(set, path, map, &entries[map]))
			return -1;
	}
	map_sizes_from(&set->sizes, entries);
	return 0;
}

/* `control` is the last one: a directory without it was left by a command that did not end. */
int map_set_pin(const struct map_set *set, const struct instance *instance, const char *directory)
{
	char path[PIN_PATH_MAX];
	int map;

	for (map = SHARED_MAPS - 1; map >= 0; map--) {
		instance_pin_path(instance, path, "%s/%s", directory, specs[map].name);
		if (bpf_obj_pin(set->fd[map], path))
			return fail_errno(errno, "cannot pin the map %s", specs[map].name);
	}
	return 0;
}
_Static_assert(MAP_control == 0, "map_set_pin pins it last");

int map_set_use(const struct map_set *set, struct bpf_object *object, const char *path)
{
	int map;

	for (map = 0; map < SHARED_MAPS; map++) {
		struct bpf_map *used = bpf_object__find_map_by_name(object, specs[map].name);
		int err;

		if (!used)
			continue;
		if (bpf_map__type(used) != specs[map].type || bpf_map__key_size(used) != specs[map].key_size ||
		    bpf_map__value_size(used) != specs[map].value_size || bpf_map__map_flags(used) != specs[map].flags)
			return fail("polc, polc-loader and the bundle must be of the same version",
				    "%s: the map %s has another layout than this loader's", path, specs[map].name);
		err = bpf_map__reuse_fd(used, set->fd[map]);
		if (err)
			return fail_errno(-err, "%s cannot use the map %s", path, specs[map].name);
	}
	return 0;
}
