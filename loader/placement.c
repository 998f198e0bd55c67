// SPDX-License-Identifier: Apache-2.0
/* placement.c: which pod has which slot, and the dispatchers that make it so. */
#include "apply.h"
#include "dispatch.h"
#include "failure.h"

/* Pins whose interface is gone judge no packet. */
static int drop_dead(struct apply *a)
{
	size_t i, kept = 0;

	for (i = 0; i < a->attachments.count; i++) {
		const struct attachment *at = &a->attachments.at[i];

		if (at->live)
			a->attachments.at[kept++] = *at;
		else if (detach(a->instance, at))
			return -1;
	}
	a->attachments.count = kept;
	return 0;
}

static const struct attachment *find(const struct apply *a, unsigned int ifindex, int hook)
{
	size_t i;

	for (i = 0; i < a->attachments.count; i++)
		if (a->attachments.at[i].ifindex == ifindex && (hook < 0 || (int)a->attachments.at[i].hook == hook))
			return &a->attachments.at[i];
	return NULL;
}

static int free_slot(const struct apply *a, __u32 *slot)
{
	__u32 slots = dispatch_slots(&a->maps);
	size_t i;

	for (*slot = 0; *slot < slots; (*slot)++) {
		for (i = 0; i < a->attachments.count && a->attachments.at[i].slot != *slot; i++)
			;
		if (i == a->attachments.count)
			return 0;
	}
	return fail(NULL, "more than %u pods with policies on this node", slots);
}

/* The pod's slot; a new one lets everything pass as long as the old generation is in force. */
static int slot_of(struct apply *a, const struct state_pod *pod, __u32 *slot)
{
	const struct attachment *at = find(a, pod->ifindex, -1);
	int hook;

	if (at) {
		*slot = at->slot;
		return 0;
	}
	if (free_slot(a, slot))
		return -1;
	for (hook = 0; hook < HOOKS; hook++)
		if (dispatch_set(&a->maps, a->old_epoch, *slot, hook, a->pass.program[hook]))
			return -1;
	return 0;
}

static int attach_hooks(struct apply *a, const struct state_pod *pod, __u32 slot, const struct dispatcher *dispatcher)
{
	int hook;

	for (hook = 0; hook < HOOKS; hook++) {
		const struct attachment at = { .ifindex = pod->ifindex, .slot = slot, .hook = hook };

		if (find(a, pod->ifindex, hook))
			continue;
		if (attachments_add(&a->attachments, &at))
			return -1;
		if (attach(a->instance, &a->attachments.at[a->attachments.count - 1], &a->mode,
			   dispatcher->program[hook])) {
			a->attachments.count--;
			return -1;
		}
		a->added++;
	}
	return 0;
}

static int attach_pod(struct apply *a, const struct state_pod *pod)
{
	struct dispatcher dispatcher = { 0 };
	__u32 slot;
	int err;

	if (find(a, pod->ifindex, HOOK_FROM_POD) && find(a, pod->ifindex, HOOK_TO_POD))
		return 0;
	if (slot_of(a, pod, &slot))
		return -1;
	err = dispatcher_load(&dispatcher, &a->dispatcher_file, slot, &a->state, &a->maps);
	if (!err)
		err = attach_hooks(a, pod, slot, &dispatcher);
	bpf_object__close(dispatcher.object);
	return err;
}

int place_pods(struct apply *a)
{
	size_t i;

	if (instance_claim_netns(a->instance) || attachments_read(a->instance, &a->attachments) || drop_dead(a))
		return -1;
	for (i = 0; i < a->state.pod_count; i++)
		if (a->state.pods[i].ifindex && attach_pod(a, &a->state.pods[i]))
			return -1;
	return 0;
}
