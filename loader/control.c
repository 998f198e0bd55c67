// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "control.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Programs run within RCU read sections, and a global membarrier is an RCU grace period. Kernels with nohz_full have
 * none: there a time is waited that no packet's judgement takes.
 */
void wait_for_packets(void)
{
	const struct timespec pause = { .tv_nsec = 200000000 };

	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		nanosleep(&pause, NULL);
}
