// SPDX-License-Identifier: Apache-2.0
#include "change.h"

#include "addresses.h"
#include "control.h"
#include "failure.h"
#include "pods.h"
#include "sources.h"

#include <stdlib.h>
#include <string.h>

/* What does not live in an array first: it is what can fail. */
static int write_bank(struct node *node, int bank, const struct state *state)
{
	if (addresses_write(&node->maps, bank, state) || pods_write(&node->maps, bank, state))
		return -1;
	banks_write(&node->banks, bank, state);
	return 0;
}

static int copy_bank(struct node *node, int from, int to)
{
	banks_copy(&node->banks, from, to);
	if (addresses_copy(&node->maps, from, to))
		return -1;
	return pods_copy(&node->maps, from, to);
}

static int attach_pod(struct node *node, const struct state_pod *pod)
{
	int hook;

	for (hook = 0; hook < HOOKS; hook++) {
		const struct attachment new = { .ifindex = pod->ifindex, .hook = hook };

		if (attachment_find(&node->attachments, pod->ifindex, hook))
			continue;
		if (attach(node->instance, &node->attachments, new, &node->mode,
			   tier_program(&node->tier, &node->shell, pod->subject, hook)))
			return fail(NULL, "pod %s gets no program", pod->name);
		node->added++;
	}
	return 0;
}

static int attach_pods(struct node *node, const struct state *state)
{
	size_t i;

	for (i = 0; i < state->pod_count; i++)
		if (state->pods[i].ifindex && attach_pod(node, &state->pods[i]))
			return -1;
	return 0;
}

static void detach_added(struct node *node)
{
	size_t i;

	for (i = 0; i < node->attachments.count; i++)
		if (node->attachments.at[i].added)
			detach(node->instance, &node->attachments.at[i]);
	attachments_drop_dead(&node->attachments);
}

/* Both banks are as before: the next change finds nothing of this one. */
static void undo(struct node *node, const struct state *state)
{
	int bank = bank_of(generation_of(banks_now(&node->banks)));
	size_t i;

	detach_added(node);
	wait_for_packets();
	copy_bank(node, bank, !bank);
	for (i = 0; i < state->pod_count; i++)
		if (state->pods[i].ifindex && !attachment_find(&node->attachments, state->pods[i].ifindex, HOOK_FROM_POD))
			pods_forget(&node->maps, state->pods[i].ifindex);
	node->added = 0;
}

/* 0 says of a connection that it was not asked for, so it is no epoch. */
static __u32 next_epoch(__u32 epoch, const struct state *state)
{
	if (!state->whole && !state->revokes)
		return epoch;
	return epoch + 1 ? epoch + 1 : 1;
}

static void forget_added(struct node *node)
{
	size_t i;

	for (i = 0; i < node->attachments.count; i++)
		node->attachments.at[i].added = false;
}

int change_apply(struct node *node, const struct state *state)
{
	__u64 now = banks_now(&node->banks);

	forget_added(node);
	if (write_bank(node, bank_of(state->generation), state) || attach_pods(node, state) ||
	    tier_write_peers(&node->tier, state)) {
		undo(node, state);
		return -1;
	}
	banks_switch(&node->banks, control_word(state->generation, next_epoch(epoch_of(now), state)));
	return 0;
}

/* Was the pod of this interface taken away by the change? */
static bool is_gone(const struct node *node, const struct state *state, unsigned int ifindex)
{
	int bank = bank_of(state->generation);
	const struct roster_pod *old;
	size_t i;

	if (pod_of(state, ifindex))
		return false;
	if (state->whole)
		return pods_subject(&node->maps, ifindex, bank) != SUBJECT_CLOSED;
	for (i = 0; i < state->removed_count + state->pod_count; i++) {
		old = roster_find(&node->roster, i < state->removed_count ?
							 state->removed[i] :
							 state->pods[i - state->removed_count].interface);
		if (old && old->ifindex == ifindex)
			return true;
	}
	return false;
}

static bool detach_gone(struct node *node, const struct state *state)
{
	size_t removed = 0, i;

	for (i = 0; i < node->attachments.count; i++) {
		struct attachment *at = &node->attachments.at[i];

		if (!is_gone(node, state, at->ifindex))
			continue;
		if (detach(node->instance, at))
			problem_of_failure(node->problems, "interface %u keeps a program that it no longer needs", at->ifindex);
		else
			removed++;
	}
	attachments_drop_dead(&node->attachments);
	node->removed += removed;
	return removed;
}

static int forget_gone(struct node *node, const struct state *state)
{
	size_t count = 0, i;
	__u32 *ifindexes = pods_list(&node->maps, &count);
	int err = ifindexes ? 0 : -1;

	for (i = 0; i < count && !err; i++)
		if (is_gone(node, state, ifindexes[i]) &&
		    !attachment_find(&node->attachments, ifindexes[i], HOOK_FROM_POD) &&
		    !attachment_find(&node->attachments, ifindexes[i], HOOK_TO_POD))
			err = pods_forget(&node->maps, ifindexes[i]);
	free(ifindexes);
	for (i = 0; i < state->pod_count && !err; i++)
		if (state->pods[i].ifindex)
			err = sources_prune(&node->maps, state->pods[i].ifindex, &state->pods[i]);
	return err;
}

int change_finish(struct node *node, const struct state *state)
{
	int bank = bank_of(state->generation), err;

	wait_for_packets();
	err = state->whole ? copy_bank(node, bank, !bank) : write_bank(node, !bank, state);
	if (detach_gone(node, state))
		wait_for_packets();
	if (!err)
		err = forget_gone(node, state);
	return roster_update(&node->roster, state) || err ? -1 : 0;
}
