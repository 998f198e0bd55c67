/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_log.h: records of the ring `events` as JSON lines, each with the packets that no line told of before.
 *
 * A denied flow's record says how many packets its run has had so far. What has been reported of each run is kept by
 * cell and CPU, so a lost, late or repeated record never makes a count wrong.
 */
#ifndef POLC_VERDICT_LOG_H
#define POLC_VERDICT_LOG_H

#include <linux/types.h>
#include <stdio.h>

#include "abi.h"

struct reported_run {
	__u64 first_ns; /* names the run, with its place */
	__u64 total;
};

/* Kept as a file by the reader of events: see events.c. */
struct reported {
	__u64 size; /* of all of it: another number of CPUs starts anew */
	__u64 counters[COUNTERS];
	struct reported_run runs[]; /* DENIED_CELLS for each CPU */
};

size_t reported_size(int cpus);
struct reported_run *reported_run(struct reported *reported, int cpus, __u32 cpu, __u32 cell);

/* Packets of this event's run that were not reported; they are from now on. `run` may be NULL: nothing is known. */
__u64 event_count(const struct event *event, struct reported_run *run);

/* Difference of wall clock and CLOCK_MONOTONIC, in ns. */
__s64 wall_offset_ns(void);

/* Without a line end. */
void event_print(FILE *out, const struct event *event, __u64 count, __s64 wall_offset);

#endif
