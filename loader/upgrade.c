// SPDX-License-Identifier: Apache-2.0
#include "upgrade.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <unistd.h>

#include "change.h"
#include "control.h"
#include "failure.h"
#include "hurry.h"
#include "node.h"
#include "pods.h"

/* What `control` says until step 3: of the same bank as the generation in force, and not to be taken for it. */
#define PENDING(generation) ((generation) + 2)

/* For slots of pods that the state does not have: what the old layout did with them. */
static int load_pass(void)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = -1 /* TC_ACT_UNSPEC */ },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "pass", "GPL", pass, sizeof(pass) / sizeof(pass[0]), NULL);

	return fd < 0 ? fail_errno(-fd, "cannot load a program") : fd;
}

static bool has_dispatcher(const struct legacy *legacy, unsigned int ifindex)
{
	size_t i;

	for (i = 0; i < legacy->count; i++)
		if (legacy->at[i].ifindex == ifindex && legacy->at[i].live)
			return true;
	return false;
}

static bool is_pod(const struct node *node, unsigned int ifindex)
{
	struct pod pod;

	return !bpf_map_lookup_elem(node->maps.fd[MAP_pods], &ifindex, &pod);
}

/* Both banks hold the state; in that of the old generation pods that had no policy have none. */
static int write_banks(struct node *node, const struct legacy *legacy, const struct state *state)
{
	int old = bank_of(legacy->epoch);
	size_t i;

	if (change_write_bank(node, old, state) || change_write_bank(node, !old, state))
		return -1;
	for (i = 0; i < state->pod_count; i++)
		if (state->pods[i].ifindex && !has_dispatcher(legacy, state->pods[i].ifindex) &&
		    pods_clear(&node->maps, old, state->pods[i].ifindex))
			return -1;
	banks_switch(&node->banks, control_word(PENDING(legacy->epoch), 1));
	return 0;
}

/* Step 1 */
static int make(struct node *node, const struct legacy *legacy, const struct state *state)
{
	char path[PIN_PATH_MAX];

	instance_pin_path(node->instance, path, LAYOUT_NEW);
	if (instance_make(node->instance) || instance_claim_netns(node->instance) || make_directory(path) ||
	    map_set_create(&node->maps, &state->sizes) || banks_open(&node->banks, &node->maps) ||
	    write_banks(node, legacy, state) || map_set_pin(&node->maps, node->instance, LAYOUT_NEW) ||
	    shell_load(&node->shell, state, &node->maps, node->instance, LAYOUT_NEW))
		return -1;
	return legacy_copy_connections(legacy, &node->maps);
}

static int attach_new(struct node *node, const struct legacy *legacy, const struct state *state)
{
	size_t i, j;
	int hook;

	for (i = 0; i < state->pod_count; i++) {
		for (hook = 0; state->pods[i].ifindex && hook < HOOKS; hook++) {
			for (j = 0; j < legacy->count; j++)
				if (legacy->at[j].live && legacy->at[j].ifindex == state->pods[i].ifindex &&
				    (int)legacy->at[j].hook == hook)
					break;
			if (j == legacy->count && change_attach(node, &state->pods[i], hook))
				return -1;
		}
	}
	return 0;
}

/* Step 2 */
static int fill_table(const struct node *node, const struct legacy *legacy, __u32 generation)
{
	int pass = load_pass(), err = pass < 0 ? -1 : 0;
	size_t i;

	wait_for_packets(); /* a crash may have come between the last switch and the wait after it */
	for (i = 0; i < legacy->count && !err; i++) {
		const struct legacy_hook *h = &legacy->at[i];

		if (h->live)
			err = legacy_set(legacy, generation, h,
					 is_pod(node, h->ifindex) ? node->shell.program[h->hook] : pass);
	}
	if (pass >= 0)
		close(pass);
	return err;
}

/* Step 4: each can have been done before a crash. */
static int complete(struct node *node, struct legacy *legacy)
{
	int hurry = hurry_start(legacy->count), err = 0;
	size_t i;

	for (i = 0; i < legacy->count && !err; i++) {
		struct legacy_hook *h = &legacy->at[i];

		err = h->live && is_pod(node, h->ifindex) ?
			      legacy_replace(legacy, h, node->shell.program[h->hook]) :
			      legacy_detach(legacy, h);
	}
	hurry_end(hurry);
	if (err || legacy_copy_connections(legacy, &node->maps) ||
	    instance_rename(node->instance, LAYOUT_NEW, LAYOUT))
		return -1;
	return legacy_remove_maps(node->instance);
}

static void undo(struct node *node)
{
	size_t i;

	for (i = 0; i < node->attachments.count; i++)
		detach(node->instance, &node->attachments.at[i]);
	attachments_drop_dead(&node->attachments);
	instance_remove_directory(node->instance, LAYOUT_NEW);
}

int upgrade(struct node *node, struct legacy *legacy, const struct state *state)
{
	if (make(node, legacy, state) || attach_new(node, legacy, state) ||
	    fill_table(node, legacy, state->generation) || legacy_switch(legacy, state->generation)) {
		undo(node);
		return -1;
	}
	banks_switch(&node->banks, control_word(state->generation, 1));
	node->upgraded = node->moved = true;
	return complete(node, legacy);
}

/* What was attached directly is under today's names, and nothing else is. */
static int detach_direct(struct node *node)
{
	int err = attachments_read(node->instance, &node->attachments);
	size_t i;

	for (i = 0; i < node->attachments.count && !err; i++)
		err = detach(node->instance, &node->attachments.at[i]);
	attachments_free(&node->attachments);
	return err;
}

static int repair_switched(struct node *node, struct legacy *legacy)
{
	int err;

	if (generation_of(banks_now(&node->banks)) != legacy->epoch)
		banks_switch(&node->banks, control_word(legacy->epoch, 1));
	err = shell_open(&node->shell, node->instance, LAYOUT_NEW) || complete(node, legacy) ? -1 : 0;
	shell_close(&node->shell);
	return err;
}

int upgrade_repair(struct node *node, struct legacy *legacy)
{
	int err = 0;

	if (!legacy->epoch)
		return 0;
	if (instance_has(node->instance, LAYOUT "/control")) {
		err = legacy_remove_maps(node->instance);
	} else if (instance_has(node->instance, LAYOUT_NEW "/control")) {
		if (map_set_open(&node->maps, node->instance, LAYOUT_NEW) || banks_open(&node->banks, &node->maps))
			return -1;
		if (generation_of(banks_now(&node->banks)) != PENDING(legacy->epoch))
			err = repair_switched(node, legacy);
		else
			err = detach_direct(node) || instance_remove_directory(node->instance, LAYOUT_NEW);
		banks_close(&node->banks);
		map_set_close(&node->maps);
	} else {
		err = instance_remove_directory(node->instance, LAYOUT_NEW);
	}
	if (err)
		return -1;
	legacy_close(legacy);
	return legacy_open(legacy, node->instance);
}
