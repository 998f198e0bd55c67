/* SPDX-License-Identifier: Apache-2.0 */
/* reported.h: what has been reported of each run of denied packets, by CPU and cell.
 *
 * A denied flow's record says how many packets its run has had so far; the difference to what was reported is news. So a
 * lost, late or repeated record makes no count wrong.
 */
#ifndef POLC_REPORTED_H
#define POLC_REPORTED_H

#include <linux/types.h>
#include <stddef.h>

#include "abi.h"
#include "instance.h"

struct reported_run {
	__u64 first_ns; /* names the run, with its place */
	__u64 total;
};

struct reported {
	__u64 size; /* of all of it: another number of CPUs starts anew */
	__u64 counters[COUNTERS];
	struct reported_run runs[]; /* DENIED_CELLS for each CPU */
};

size_t reported_size(int cpus);
struct reported_run *reported_run(struct reported *reported, int cpus, __u32 cpu, __u32 cell);

/* Kept in /run/polc/NAME/reported: the next reader goes on where this one ends, however it ends. */
int reported_open(const struct instance *instance, int cpus, struct reported **reported);

#endif
