// SPDX-License-Identifier: Apache-2.0
/* apply.c: from one generation to the next, all or nothing.
 *
 *   1. Read and check the state. Nothing has changed yet.
 *   2. Load the new generation beside the old one.
 *   3. Attach dispatchers where pods have none. Their slots hold `pass` in the old table: the old generation has no
 *      policy for these pods.
 *   4. Fill the new table for every attached slot: the pod's program, or `pass`.
 *   5. Write `active`. This is the commit: before it the old generation judges every packet, after it the new one does.
 *   6. Take away what only the old generation needed.
 * A failure before 5 undoes 3. A crash leaves what the next apply repairs: unused slots in 3 and 4, old entries in 6.
 */
#include "apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "dispatch.h"
#include "failure.h"
#include "file.h"
#include "generation.h"
#include "object.h"
#include "state.h"

#define LOCK_SECONDS 60

/* Step 1 */
static int check(struct apply *a)
{
	if (epoch_read(&a->maps, &a->old_epoch))
		return -1;
	if (a->old_epoch && (a->maps.fd[MAP_DISPATCH0] < 0 || a->maps.fd[MAP_DISPATCH1] < 0))
		return fail("detach it, then apply", "instance %s is damaged: it has lost a dispatch table",
			    a->instance->name);
	if (a->state.epoch != a->old_epoch + 1)
		return fail("read the status, and make a state for the next epoch",
			    "%s is for epoch %u, but epoch %u is in force: the next is %u", a->state.path,
			    a->state.epoch, a->old_epoch, a->old_epoch + 1);
	if (file_read(a->state.dispatcher, &a->dispatcher_file))
		return -1;
	return state_find_interfaces(&a->state, a->problems);
}

/* Before the first generation nothing of the instance is in force: what is there was left by a crash. */
static int start_clean(struct apply *a)
{
	if (a->old_epoch)
		return 0;
	map_set_close(&a->maps);
	if (remove_instance(a->instance))
		return -1;
	map_set_open(&a->maps, a->instance);
	return 0;
}

/* Step 2 */
static int load(struct apply *a)
{
	map_set_report_sizes(&a->maps, &a->state, a->problems);
	if (dispatcher_load_pass(&a->pass, &a->dispatcher_file, &a->state, &a->maps) ||
	    generation_load(&a->generation, &a->state, &a->maps))
		return -1;
	if (a->maps.fd[MAP_ACTIVE] < 0 || a->maps.fd[MAP_DISPATCH0] < 0 || a->maps.fd[MAP_DISPATCH1] < 0)
		return fail(NULL, "%s lacks one of the maps %s, %s and %s", a->state.dispatcher, map_name(MAP_ACTIVE),
			    map_name(MAP_DISPATCH0), map_name(MAP_DISPATCH1));
	return map_set_pin(&a->maps);
}

static const struct state_pod *pod_of(const struct apply *a, unsigned int ifindex)
{
	size_t i;

	for (i = 0; i < a->state.pod_count; i++)
		if (a->state.pods[i].ifindex == ifindex)
			return &a->state.pods[i];
	return NULL;
}

/* Step 4 */
static int fill(struct apply *a)
{
	size_t i;

	wait_for_packets(); /* a crash may have come between switching to the old generation and this wait */
	dispatch_clear(&a->maps, a->state.epoch, NULL);
	for (i = 0; i < a->attachments.count; i++) {
		const struct attachment *at = &a->attachments.at[i];
		const struct state_pod *pod = pod_of(a, at->ifindex);
		int program = pod ? a->generation.policies[pod->program].program[at->hook] : a->pass.program[at->hook];

		if (dispatch_set(&a->maps, a->state.epoch, at->slot, at->hook, program))
			return -1;
	}
	return 0;
}

/* Step 3. The old table keeps `pass` in slots that nobody uses any more, until the next apply. */
static void undo(struct apply *a)
{
	size_t i;

	if (!a->old_epoch) {
		remove_instance(a->instance);
		return;
	}
	for (i = 0; i < a->attachments.count; i++)
		if (a->attachments.at[i].added)
			detach(a->instance, &a->attachments.at[i]);
	dispatch_clear(&a->maps, a->state.epoch, NULL);
	map_set_unpin(&a->maps);
}

/* Step 6. The new generation is in force: what fails here is a problem, not a failure. */
static void clean_up(struct apply *a)
{
	size_t i;

	wait_for_packets();
	for (i = 0; i < a->attachments.count; i++) {
		struct attachment *at = &a->attachments.at[i];

		if (pod_of(a, at->ifindex))
			continue;
		if (detach(a->instance, at)) {
			problem(a->problems, "interface %u keeps a dispatcher that it no longer needs", at->ifindex);
			continue;
		}
		at->live = false;
		a->removed++;
	}
	if (a->removed)
		wait_for_packets();
	dispatch_clear(&a->maps, a->old_epoch, NULL);
	dispatch_clear(&a->maps, a->state.epoch, &a->attachments);
}

static int print_result(const struct apply *a)
{
	json_t *result = json_pack("{s:s, s:I, s:s?, s:I, s:I, s:I, s:I, s:O}", "instance", a->instance->name, "epoch",
				   (json_int_t)a->state.epoch, "attach", attachments_mode(&a->attachments), "pods",
				   (json_int_t)a->state.pod_count, "programs", (json_int_t)a->generation.count,
				   "attached", (json_int_t)a->added, "detached", (json_int_t)a->removed, "problems",
				   a->problems);

	if (!result)
		return fail(NULL, "out of memory");
	json_dumpf(result, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(result);
	return 0;
}

static int switch_generation(struct apply *a)
{
	int err;

	if (instance_make(a->instance))
		return -1;
	err = load(a);
	if (!err)
		err = place_pods(a);
	if (!err)
		err = fill(a);
	if (!err)
		err = epoch_write(&a->maps, a->state.epoch);
	if (err)
		undo(a);
	else
		clean_up(a);
	return err;
}

static int apply_locked(struct apply *a)
{
	map_set_open(&a->maps, a->instance);
	if (check(a) || start_clean(a) || switch_generation(a))
		return -1;
	return print_result(a);
}

static void apply_free(struct apply *a)
{
	generation_free(&a->generation);
	bpf_object__close(a->pass.object);
	map_set_close(&a->maps);
	attachments_free(&a->attachments);
	free(a->dispatcher_file.data);
	state_free(&a->state);
	json_decref(a->problems);
}

int command_apply(const struct instance *instance, const char *state_path, enum attach_mode mode)
{
	struct apply a = { .instance = instance, .mode = mode, .problems = json_array() };
	int lock = -1, err;

	map_set_open(&a.maps, NULL);
	err = state_read(&a.state, state_path);
	if (!err) {
		lock = instance_lock(instance, "apply.lock", LOCK_SECONDS, "another command changes this instance");
		err = lock < 0 ? -1 : apply_locked(&a);
	}
	apply_free(&a);
	if (lock >= 0)
		close(lock);
	return err;
}
