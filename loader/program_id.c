// SPDX-License-Identifier: Apache-2.0
#include "program_id.h"

#include <bpf/bpf.h>
#include <stdint.h>
#include <unistd.h>

#define MAPS_MAX 64

__u32 program_id(int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &length) ? 0 : info.id;
}

__u32 map_id(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &length) ? 0 : info.id;
}

struct program_runs program_runs(__u32 program)
{
	struct program_runs runs = { 0 };
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);
	int fd = program ? bpf_prog_get_fd_by_id(program) : -1;

	if (fd < 0)
		return runs;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length))
		runs = (struct program_runs){ .count = info.run_cnt, .nanoseconds = info.run_time_ns };
	close(fd);
	return runs;
}

bool program_uses(__u32 program, __u32 map)
{
	__u32 maps[MAPS_MAX], i;
	struct bpf_prog_info info = { .map_ids = (uintptr_t)maps, .nr_map_ids = MAPS_MAX };
	__u32 length = sizeof(info);
	int fd = program ? bpf_prog_get_fd_by_id(program) : -1;
	bool uses = false;

	if (fd < 0)
		return false;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length))
		for (i = 0; i < info.nr_map_ids && i < MAPS_MAX; i++)
			uses |= maps[i] == map;
	close(fd);
	return uses;
}

bool map_is_used(__u32 map)
{
	__u32 program = 0;

	while (!bpf_prog_get_next_id(program, &program))
		if (program_uses(program, map))
			return true;
	return false;
}
