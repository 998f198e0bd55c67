// SPDX-License-Identifier: Apache-2.0
/* tier_work.c: jobs of the second tier, and which pod runs what they made. */
#include <sys/eventfd.h>

#include "failure.h"
#include "node.h"
#include "pods.h"
#include "program_id.h"
#include "tier.h"
#include "tier_job.h"

/* Every hook of a pod gets what it is to run; false: one of them did not. */
static bool settle_pod(struct node *node, const struct roster_pod *pod)
{
	bool settled = true;
	int hook;

	for (hook = 0; hook < HOOKS; hook++) {
		struct attachment *at = attachment_find(&node->attachments, pod->ifindex, hook);
		int program = tier_program(&node->tier, &node->shell, pod->subject, hook);

		if (!at || at->program == program_id(program) || !attachment_replace(node->instance, at, program))
			continue;
		problem_of_failure(node->problems, "interface %s runs another program than it should", pod->interface);
		settled = false;
	}
	return settled;
}

void tier_settle(struct node *node, const struct state *state)
{
	size_t i;

	for (i = 0; i < node->roster.count; i++)
		if (state->whole || pod_of(state, node->roster.at[i].ifindex))
			settle_pod(node, &node->roster.at[i]);
}

/* The links first: a version that nobody runs would only name the tables. */
static void put_in_force(struct node *node, struct tier_program *program)
{
	size_t i, j;

	for (i = 0; i < program->subject_count; i++) {
		for (j = 0; j < node->roster.count; j++)
			if (node->roster.at[j].subject == program->subjects[i])
				settle_pod(node, &node->roster.at[j]);
		banks_set_version(&node->banks, program->subjects[i], program->version);
	}
}

static struct tier_program *waiting(const struct tier *tier)
{
	size_t i;

	for (i = 0; i < tier->count; i++)
		if (!tier->programs[i].loaded)
			return &tier->programs[i];
	return NULL;
}

static void drop(struct tier *tier, struct tier_program *program, json_t *failure)
{
	tier_failed(tier, program->set->name, failure);
	program->subject_count = 0;
	tier_collect(tier);
}

bool tier_start(struct node *node)
{
	struct tier *tier = &node->tier;
	struct tier_program *program;

	if (!tier->done)
		tier->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	while (!tier->job && (program = waiting(tier))) {
		tier->job = tier_job_start(program, &node->maps, tier->done);
		if (!tier->job)
			drop(tier, program, failure_take());
	}
	return tier->job;
}

/* A change may have made it vain. */
static struct tier_program *program_of_job(const struct tier *tier)
{
	size_t i;

	for (i = 0; i < tier->count; i++)
		if (tier->programs[i].version == tier->job->version)
			return &tier->programs[i];
	return NULL;
}

void tier_end(struct node *node)
{
	struct tier *tier = &node->tier;
	struct tier_job *job = tier->job;
	struct tier_program *program;
	int hook;

	tier_job_join(job);
	program = program_of_job(tier);
	if (program && job->failure) {
		drop(tier, program, json_incref(job->failure));
	} else if (program) {
		for (hook = 0; hook < HOOKS; hook++) {
			program->program[hook] = job->program[hook];
			job->program[hook] = -1;
		}
		program->loaded = true;
		put_in_force(node, program);
		tier->loaded++;
	}
	tier->job = NULL;
	tier_job_free(job);
	peer_sets_collect(&tier->sets);
}

json_t *tier_report(struct tier *tier)
{
	json_t *report = json_pack("{s:I, s:o}", "specialised", tier->loaded, "failed",
				   tier->failed ? tier->failed : json_array());

	tier->failed = NULL;
	tier->loaded = 0;
	return report;
}
