// SPDX-License-Identifier: Apache-2.0
#include "node.h"

#include <stdlib.h>

#include "commands.h"
#include "control.h"
#include "failure.h"
#include "grow.h"
#include "legacy.h"
#include "pods.h"
#include "upgrade.h"

void node_init(struct node *node, const struct instance *instance, enum attach_mode mode)
{
	*node = (struct node){ .instance = instance, .mode = mode, .problems = json_array() };
	map_set_init(&node->maps);
	shell_init(&node->shell);
}

void node_close(struct node *node)
{
	tier_free(&node->tier);
	roster_free(&node->roster);
	gone_free(&node->gone);
	attachments_free(&node->attachments);
	shell_close(&node->shell);
	banks_close(&node->banks);
	map_set_close(&node->maps);
	json_decref(node->problems);
}

__u32 node_generation(const struct node *node)
{
	return node->banks.control ? generation_of(banks_now(&node->banks)) : 0;
}

static int open_in_force(struct node *node)
{
	if (!instance_has(node->instance, LAYOUT "/control"))
		return 0;
	if (map_set_open(&node->maps, node->instance, LAYOUT))
		return -1;
	return banks_open(&node->banks, &node->maps);
}

static int check(__u32 in_force, const struct state *state)
{
	if (state->generation == in_force + 1)
		return 0;
	return fail("read the status, and make a state for the next generation",
		    "%s is for generation %u, but generation %u is in force: the next is %u", state->path,
		    state->generation, in_force, in_force + 1);
}

int node_check_generation(const struct node *node, const struct state *state)
{
	return check(node_generation(node), state);
}

/* Until the first generation is in force its pods have no policy, and whatever else a program finds passes. */
static void settle_before_first(struct node *node, const struct state *state)
{
	node->banks.control->settings[0] = (struct settings){ .ipv6 = state->settings.ipv6, .audit = 1 };
}

/* Before the first generation nothing of the instance is in force: what is there was left by a crash. */
static int start_new(struct node *node, const struct state *state)
{
	char path[PIN_PATH_MAX];

	banks_close(&node->banks);
	map_set_close(&node->maps);
	instance_pin_path(node->instance, path, LAYOUT);
	if (remove_instance(node->instance) || instance_make(node->instance) || make_directory(path) ||
	    map_set_create(&node->maps, &state->sizes) || banks_open(&node->banks, &node->maps))
		return -1;
	settle_before_first(node, state);
	return map_set_pin(&node->maps, node->instance, LAYOUT);
}

static int open_attachments(struct node *node)
{
	size_t i;

	attachments_free(&node->attachments);
	if (instance_claim_netns(node->instance) || attachments_read(node->instance, &node->attachments))
		return -1;
	for (i = 0; i < node->attachments.count; i++)
		if (!node->attachments.at[i].live && detach(node->instance, &node->attachments.at[i]))
			return -1;
	attachments_drop_dead(&node->attachments);
	return 0;
}

static int open_rest(struct node *node, const struct state *state)
{
	if (open_attachments(node) || grow_repair(node))
		return -1;
	if (!map_sizes_hold(&node->maps.sizes, &state->sizes) && grow(node, state))
		return -1;
	if (shell_load(&node->shell, state, &node->maps, node->instance, LAYOUT))
		return -1;
	wait_for_packets(); /* a crash may have come between a switch and the wait after it */
	return 0;
}

static int open_today(struct node *node, struct state *state)
{
	bool new;

	if (open_in_force(node) || node_check_generation(node, state) ||
	    pods_find_interfaces(state, node->problems))
		return -1;
	new = !node_generation(node);
	if ((new && start_new(node, state)) || open_rest(node, state)) {
		if (new)
			remove_instance(node->instance);
		return -1;
	}
	return 0;
}

int node_open(struct node *node, struct state *state)
{
	struct legacy legacy;
	int err = legacy_open(&legacy, node->instance);

	if (!err)
		err = upgrade_repair(node, &legacy);
	if (!err && !legacy.epoch)
		err = open_today(node, state);
	else if (!err)
		err = check(legacy.epoch, state) || pods_find_interfaces(state, node->problems) ||
		      upgrade(node, &legacy, state) || open_attachments(node);
	legacy_close(&legacy);
	return err ? -1 : 0;
}

void node_undo(struct node *node)
{
	if (!node_generation(node))
		remove_instance(node->instance);
}
