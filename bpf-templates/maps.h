/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* maps.h: the maps of map_list.h, as the programs have them, and the ring of events. */
#ifndef POLC_MAPS_H
#define POLC_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "define_map.h"
#include "map_list.h"

POLC_MAPS(DEFINE_MAP)

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_BYTES);
} events SEC(".maps");

#endif
