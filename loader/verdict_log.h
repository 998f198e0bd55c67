/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_log.h: records of the ring `events` as JSON lines, each with the packets that no line told of before.
 */
#ifndef POLC_VERDICT_LOG_H
#define POLC_VERDICT_LOG_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>

#include "abi.h"
#include "reported.h"
#include "services/flow_service.h"

/* Is it a record of this version? Others are passed over. */
bool event_known(const struct event *event, size_t size);

/* Does the map `denied` count its packets? */
bool event_of_run(const struct event *event);

/* Packets of this event's run that were not reported; they are from now on. `run` may be NULL: nothing is known. */
__u64 event_count(const struct event *event, struct reported_run *run);

/* Difference of wall clock and CLOCK_MONOTONIC, in ns. */
__s64 wall_offset_ns(void);

/* Without a line end. `service`: what the client asked for, or NULL. */
void event_print(FILE *out, const struct event *event, __u64 count, __s64 wall_offset,
		 const struct asked_service *service);

#endif
