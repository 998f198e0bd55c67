// SPDX-License-Identifier: Apache-2.0
/* apply.c: makes a whole state the node's, then loads what it has of the second tier. */
#include <stdio.h>
#include <unistd.h>

#include "answer.h"
#include "change.h"
#include "commands.h"
#include "failure.h"

#define LOCK_SECONDS 60

static int print_in_force(struct node *node, long long started)
{
	return answer_print(answer_in_force(node, started));
}

/* The change is in force: what fails from here on is a problem, not a failure. */
static int finish(struct node *node, const struct state *state)
{
	json_t *answer;

	if (change_finish(node, state))
		problem_of_failure(node->problems, "the change is in force, but what is behind it could not be cleared away");
	tier_enqueue(&node->tier, state, &node->maps);
	tier_settle(node, state);
	while (tier_start(node))
		tier_end(node);
	shell_remove_others(&node->shell, node->instance, LAYOUT);
	answer = tier_report(&node->tier);
	json_object_set_new(answer, "detached", json_integer(node->removed));
	json_object_set(answer, "problems", node->problems);
	return answer_print(answer);
}

static int apply_locked(struct node *node, struct state *state, long long started)
{
	if (node_open(node, state))
		return -1;
	if (!node->upgraded && change_apply(node, state)) {
		node_undo(node);
		return -1;
	}
	return print_in_force(node, started) || finish(node, state) ? -1 : 0;
}

int command_apply(const struct instance *instance, const char *state_path, enum attach_mode mode)
{
	long long started = answer_clock_us();
	struct state state;
	struct node node;
	int lock = -1, err;

	node_init(&node, instance, mode);
	err = state_read(&state, state_path);
	if (!err) {
		lock = instance_lock(instance, "apply.lock", LOCK_SECONDS, "another command changes this instance");
		err = lock < 0 ? -1 : apply_locked(&node, &state, started);
	}
	node_close(&node);
	state_free(&state);
	if (lock >= 0)
		close(lock);
	return err;
}
