// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A real-time kernel may interrupt a program for a task: there only RCU tells. */
static bool is_realtime(void)
{
	return !access("/sys/kernel/realtime", F_OK);
}

static bool run_on(int cpu)
{
	cpu_set_t only;

	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	return cpu < CPU_SETSIZE && !sched_setaffinity(0, sizeof(only), &only);
}

/* Calls run_on() for what stands as "0-3,6" in the kernel's list. */
static bool run_on_all(void)
{
	FILE *online = fopen("/sys/devices/system/cpu/online", "re");
	bool ran = online;
	int first, last;
	char next = ',';

	while (ran && next == ',' && fscanf(online, "%d", &first) == 1) {
		last = first;
		if (fscanf(online, "%c", &next) == 1 && next == '-' &&
		    (fscanf(online, "%d", &last) != 1 || fscanf(online, "%c", &next) != 1))
			next = 0;
		while (ran && first <= last)
			ran = run_on(first++);
	}
	if (online)
		fclose(online);
	return ran && next != ',';
}

/* Programs run with softirqs disabled, so no task runs on their CPU until they end: a task that has run on every CPU has
 * waited for all of them. It takes a tenth of a millisecond, where an RCU grace period takes many.
 */
static bool visit_all_cpus(void)
{
	cpu_set_t before;
	bool visited;

	if (is_realtime() || sched_getaffinity(0, sizeof(before), &before))
		return false;
	visited = run_on_all();
	sched_setaffinity(0, sizeof(before), &before);
	return visited;
}

/* Where a CPU is closed to this process: programs run within RCU read sections, and a global membarrier is a grace period.
 * Kernels with nohz_full have none: there a time is waited that no packet's judgement takes.
 */
void wait_for_packets(void)
{
	const struct timespec pause = { .tv_nsec = 200000000 };

	if (!visit_all_cpus() && syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		nanosleep(&pause, NULL);
}
