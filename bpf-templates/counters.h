/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* counters.h: what was dropped, lost or newly allowed, by cause; never on the path of an established packet. */
#ifndef POLC_COUNTERS_H
#define POLC_COUNTERS_H

#include "maps.h"

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		(*value)++;
}

#endif
