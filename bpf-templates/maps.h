/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* maps.h: the maps of map_list.h, as the programs have them, and the ring of events. */
#ifndef POLC_MAPS_H
#define POLC_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "map_list.h"

#define POLC_MAP(map, kind, key_type, value_type, entries, flags) \
	struct {                                                  \
		__uint(type, BPF_MAP_TYPE_##kind);                \
		__uint(max_entries, entries);                     \
		__uint(map_flags, flags);                         \
		__type(key, key_type);                            \
		__type(value, value_type);                        \
	} map SEC(".maps");
POLC_MAPS(POLC_MAP)
#undef POLC_MAP

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_BYTES);
} events SEC(".maps");

#endif
