/* SPDX-License-Identifier: Apache-2.0 */
/* control.h: the one word that says what is in force, and when nobody goes by what it said before. */
#ifndef POLC_CONTROL_H
#define POLC_CONTROL_H

#include <linux/types.h>

#include "abi.h"

static inline __u32 generation_of(__u64 now)
{
	return now >> 32;
}

static inline __u32 epoch_of(__u64 now)
{
	return (__u32)now;
}

static inline int bank_of(__u32 generation)
{
	return generation & 1;
}

static inline __u64 control_word(__u32 generation, __u32 epoch)
{
	return (__u64)generation << 32 | epoch;
}

/* Returns when no packet is still judged by what was in force, or attached, before the call. */
void wait_for_packets(void);

#endif
