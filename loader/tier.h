/* SPDX-License-Identifier: Apache-2.0 */
/* tier.h: the second tier: programs that hold the code of a policy set, made for single subjects.
 *
 * They are made after the change that they belong to is in force, one by one, by a thread beside: the verifier takes tens of
 * milliseconds, and no change waits for it. tier_enqueue() takes the jobs; tier_start() begins one, `done` is readable when
 * it has ended, and tier_end() puts it in force: a pod's program is replaced first, then the subject's version says that its
 * own code decides. Whatever fails leaves the subject to its tables.
 */
#ifndef POLC_TIER_H
#define POLC_TIER_H

#include "attachments.h"
#include "banks.h"
#include "map_set.h"
#include "peer_set.h"
#include "roster.h"
#include "shell.h"
#include "state.h"

struct tier_program {
	struct peer_set *set;
	struct bytes subject; /* .rodata.subject; freed once it is loaded */
	__u32 *subjects;      /* that run it, or are to */
	size_t subject_count;
	__u64 version;
	bool loaded;
	int program[HOOKS]; /* -1 until it is loaded */
};

struct tier_job;

struct tier {
	struct tier_job *job; /* that runs; NULL */
	int done;	      /* 0: none has been started yet */
	struct peer_set *sets; /* a list */
	struct tier_program *programs;
	size_t count;
	json_t *failed;	   /* since tier_report() */
	json_int_t loaded; /* likewise */
};

void tier_free(struct tier *tier);

/* What a pod of this subject is to run. */
int tier_program(const struct tier *tier, const struct shell *shell, __u32 subject, enum hook hook);

/* Classes that are new to sets: written before the change is in force. */
int tier_write_peers(struct tier *tier, const struct state *state);

/* Takes the jobs of a change that is in force, and drops those that it makes vain. */
void tier_enqueue(struct tier *tier, const struct state *state, const struct map_set *maps);

/* Frees programs that no subject runs, and sets without programs. */
void tier_collect(struct tier *tier);
/* Notes it for tier_report(), and takes the failure. */
void tier_failed(struct tier *tier, const char *set, json_t *failure);

struct node;
/* Begins the next job unless one runs. False: there is none. */
bool tier_start(struct node *node);
/* Waits for the job that runs. No change may be in force that tier_enqueue() has not seen. */
void tier_end(struct node *node);

/* The pods of the state run what tier_program() says. */
void tier_settle(struct node *node, const struct state *state);

/* {"specialised","failed"} since the last time. */
json_t *tier_report(struct tier *tier);

#endif
