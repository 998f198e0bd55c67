/* SPDX-License-Identifier: Apache-2.0 */
/* counter.h: what programs count, by name and over all CPUs. */
#ifndef POLC_COUNTER_H
#define POLC_COUNTER_H

#include <linux/types.h>

/* Of an enum counter; "unknown" if it is none. */
const char *counter_name(__u32 counter);

/* 0 if it cannot be read. */
__u64 counter_sum(int counters, __u32 counter);

#endif
