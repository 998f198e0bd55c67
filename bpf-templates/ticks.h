/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* ticks.h: the time of a packet, in ticks of timeouts.h. One call that reads no clock. */
#ifndef POLC_TICKS_H
#define POLC_TICKS_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#include "timeouts.h"

static __always_inline __u32 ticks(void)
{
	return bpf_ktime_get_coarse_ns() >> TICK_SHIFT;
}

#endif
