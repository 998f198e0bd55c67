/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* define_map.h: a map as the programs have it, of a row in a list of maps (map_list.h, service/service_map_list.h). */
#ifndef POLC_DEFINE_MAP_H
#define POLC_DEFINE_MAP_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define DEFINE_MAP(map, kind, key_type, value_type, entries, flags) \
	struct {                                                    \
		__uint(type, BPF_MAP_TYPE_##kind);                  \
		__uint(max_entries, entries);                       \
		__uint(map_flags, flags);                           \
		__type(key, key_type);                              \
		__type(value, value_type);                          \
	} map SEC(".maps");

#endif
