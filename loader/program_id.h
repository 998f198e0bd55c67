/* SPDX-License-Identifier: Apache-2.0 */
/* program_id.h: which program is that, and whose. */
#ifndef POLC_PROGRAM_ID_H
#define POLC_PROGRAM_ID_H

#include <linux/types.h>
#include <stdbool.h>

/* 0: the kernel does not tell. */
__u32 program_id(int fd);
__u32 map_id(int fd);

/* How often a program ran, and for how long, since the kernel counts that (kernel.bpf_stats_enabled); 0: it does not. */
struct program_runs {
	__u64 count;
	__u64 nanoseconds;
};

struct program_runs program_runs(__u32 program);

/* Does the program with this id use the map with that one? */
bool program_uses(__u32 program, __u32 map);
/* Does any program that is loaded? */
bool map_is_used(__u32 map);

#endif
