// SPDX-License-Identifier: Apache-2.0
#include "change.h"

#include <stdlib.h>

#include "addresses.h"
#include "control.h"
#include "failure.h"
#include "hurry.h"
#include "pods.h"
#include "sources.h"

/* What does not live in an array first: it is what can fail. */
int change_write_bank(struct node *node, int bank, const struct state *state)
{
	size_t i;

	if (addresses_write(&node->maps, bank, state) || pods_write(&node->maps, bank, state))
		return -1;
	for (i = 0; i < node->gone.count; i++)
		if (pods_clear(&node->maps, bank, node->gone.at[i]))
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

/* What another command attached is taken over; what has gone with an interface of the same number is made anew. */
int change_attach(struct node *node, const struct state_pod *pod, enum hook hook)
{
	struct attachment *at = attachment_find(&node->attachments, pod->ifindex, hook);
	struct attachment new = { .ifindex = pod->ifindex, .hook = hook };

	if (at && attachment_stands(node->instance, at))
		return 0;
	if (at && detach(node->instance, at))
		return -1;
	if (!attachment_adopt(node->instance, control_id(node->instance), &new)) {
		if (attach(node->instance, &new, &node->mode,
			   tier_program(&node->tier, &node->shell, pod->subject, hook)))
			return -1;
		node->added++;
	}
	if (!attachments_add(&node->attachments, &new))
		return 0;
	detach(node->instance, &new);
	return -1;
}

static int attach_pod(struct node *node, const struct state_pod *pod)
{
	int hook;

	for (hook = 0; hook < HOOKS; hook++)
		if (change_attach(node, pod, hook))
			return -1;
	return 0;
}

static int attach_pods(struct node *node, const struct state *state)
{
	size_t new = 0, i;
	int hurry, err = 0;

	for (i = 0; i < state->pod_count; i++)
		new += state->pods[i].ifindex && !attachment_find(&node->attachments, state->pods[i].ifindex, HOOK_TO_POD);
	hurry = hurry_start(HOOKS * new);
	for (i = 0; i < state->pod_count && !err; i++)
		if (state->pods[i].ifindex)
			err = attach_pod(node, &state->pods[i]);
	hurry_end(hurry);
	return err;
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
	if (gone_find(&node->gone, node, state))
		return -1;
	if (change_write_bank(node, bank_of(state->generation), state) || attach_pods(node, state) ||
	    tier_write_peers(&node->tier, state)) {
		undo(node, state);
		return -1;
	}
	banks_switch(&node->banks, control_word(state->generation, next_epoch(epoch_of(now), state)));
	return 0;
}

/* Also what another command attached. */
static bool detach_hook(struct node *node, __u32 ifindex, enum hook hook)
{
	struct attachment *at = attachment_find(&node->attachments, ifindex, hook);
	struct attachment others = { .ifindex = ifindex, .hook = hook };

	if (!at && attachment_adopt(node->instance, control_id(node->instance), &others))
		at = &others;
	if (!at)
		return false;
	if (!detach(node->instance, at))
		return true;
	problem_of_failure(node->problems, "interface %u keeps a program that it no longer needs", ifindex);
	return false;
}

static size_t detach_gone(struct node *node)
{
	int hurry = hurry_start(HOOKS * node->gone.count), hook;
	size_t removed = 0, i;

	for (i = 0; i < node->gone.count; i++)
		for (hook = 0; hook < HOOKS; hook++)
			removed += detach_hook(node, node->gone.at[i], hook);
	hurry_end(hurry);
	attachments_drop_dead(&node->attachments);
	node->removed += removed;
	return removed;
}

static int forget_gone(struct node *node, const struct state *state)
{
	size_t i;

	for (i = 0; i < node->gone.count; i++) {
		__u32 ifindex = node->gone.at[i];

		if (!attachment_find(&node->attachments, ifindex, HOOK_FROM_POD) &&
		    !attachment_find(&node->attachments, ifindex, HOOK_TO_POD) && pods_forget(&node->maps, ifindex))
			return -1;
	}
	for (i = 0; i < state->pod_count; i++)
		if (state->pods[i].ifindex && sources_prune(&node->maps, state->pods[i].ifindex, &state->pods[i]))
			return -1;
	return 0;
}

int change_finish(struct node *node, const struct state *state)
{
	int bank = bank_of(state->generation), err;

	wait_for_packets();
	err = state->whole ? copy_bank(node, bank, !bank) : change_write_bank(node, !bank, state);
	if (detach_gone(node))
		wait_for_packets();
	if (!err)
		err = forget_gone(node, state);
	wait_for_packets(); /* the kernel gives what was deleted to other keys */
	return roster_update(&node->roster, state) || err ? -1 : 0;
}
