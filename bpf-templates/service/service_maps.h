/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* service_maps.h: the maps of service_map_list.h, as the programs have them, and what the loader set for all of them.
 *   count_service(counter)           never on the path of an established packet
 *   LOOK_UP, UPDATE and DELETE       by family, see by_family.h
 */
#ifndef POLC_SERVICE_MAPS_H
#define POLC_SERVICE_MAPS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "../by_family.h"
#include "../define_map.h"
#include "service_map_list.h"

const volatile struct service_config service SEC(".rodata.service") = {};

SERVICE_TABLES(DEFINE_MAP)
SERVICE_STATE(DEFINE_MAP)

/* A segment's value is table_size * 2 bytes, rounded up to 8: the loader sets it. */
struct maglev_segment {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ROWS_IN_SEGMENT);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 8);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, SEGMENTS);
	__type(key, __u32);
	__array(values, struct maglev_segment);
} maglev SEC(".maps");

static __always_inline void count_service(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&service_counters, &counter);

	if (value)
		(*value)++;
}

#endif
