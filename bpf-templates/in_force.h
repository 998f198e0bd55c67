/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* in_force.h: which policy judges a packet. The word is read once a packet, so all that follows is of one generation. */
#ifndef POLC_IN_FORCE_H
#define POLC_IN_FORCE_H

#include "maps.h"

/* What the loader sized the arrays for. */
const volatile struct layout layout SEC(".rodata.layout") = {};

static __always_inline struct control *control_of_node(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&control, &zero);
}

static __always_inline __u64 read_once(const __u64 *word)
{
	return *(const volatile __u64 *)word;
}

static __always_inline __u32 generation_of(__u64 now)
{
	return now >> 32;
}

static __always_inline __u32 bank_of(__u64 now)
{
	return now >> 32 & 1;
}

static __always_inline __u32 epoch_of(__u64 now)
{
	return now;
}

#endif
