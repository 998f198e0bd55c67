// SPDX-License-Identifier: Apache-2.0
#include "specialised_version.h"

#include <bpf/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "abi.h"

#define MAPS_MAX 64
#define SECTION ".rodata.special" /* the kernel keeps 15 characters of a map's name */

static bool read_constant(__u32 map, __u64 *version)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info), zero = 0;
	struct specialised value = { 0 };
	int fd = bpf_map_get_fd_by_id(map);
	bool found = false;

	if (fd < 0)
		return false;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length) && !strcmp(info.name, SECTION) &&
	    info.value_size == sizeof(value) && !bpf_map_lookup_elem(fd, &zero, &value)) {
		*version = value.version;
		found = true;
	}
	close(fd);
	return found;
}

__u64 specialised_version(__u32 program)
{
	__u32 maps[MAPS_MAX], length, i;
	struct bpf_prog_info info = { .map_ids = (uintptr_t)maps, .nr_map_ids = MAPS_MAX };
	int fd = bpf_prog_get_fd_by_id(program);
	__u64 version = 0;

	length = sizeof(info);
	if (fd < 0)
		return 0;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length))
		for (i = 0; i < info.nr_map_ids && i < MAPS_MAX; i++)
			if (read_constant(maps[i], &version))
				break;
	close(fd);
	return version;
}
