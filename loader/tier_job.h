/* SPDX-License-Identifier: Apache-2.0 */
/* tier_job.h: a policy set's object made into programs for one version of some subjects, by a thread beside. */
#ifndef POLC_TIER_JOB_H
#define POLC_TIER_JOB_H

#include <jansson.h>
#include <pthread.h>

#include "tier.h"

struct tier_job {
	pthread_t thread;
	struct map_set maps; /* borrowed */
	struct peer_set *set;
	struct bytes subject;
	__u64 version;
	int done; /* eventfd */
	int program[HOOKS];
	json_t *failure; /* NULL: it succeeded */
};

/* Takes the program's constants. NULL: it failed. */
struct tier_job *tier_job_start(struct tier_program *program, const struct map_set *maps, int done);
/* Waits for it. The programs are whoever's takes them, by setting them to -1. */
void tier_job_join(struct tier_job *job);
void tier_job_free(struct tier_job *job);

#endif
