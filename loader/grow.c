// SPDX-License-Identifier: Apache-2.0
#include "grow.h"

#include "connection_copy.h"
#include "control.h"
#include "failure.h"
#include "node.h"

static __u32 larger(__u32 a, __u32 b)
{
	return a > b ? a : b;
}

static struct map_sizes larger_sizes(const struct map_sizes *a, const struct map_sizes *b)
{
	return (struct map_sizes){
		.established = larger(a->established, b->established),
		.half_open = larger(a->half_open, b->half_open),
		.fragments = larger(a->fragments, b->fragments),
		.events_bytes = larger(a->events_bytes, b->events_bytes),
		.addresses = larger(a->addresses, b->addresses),
		.layout = { .subjects = larger(a->layout.subjects, b->layout.subjects),
			    .classes = larger(a->layout.classes, b->layout.classes),
			    .steps = larger(a->layout.steps, b->layout.steps),
			    .blocks = larger(a->layout.blocks, b->layout.blocks) },
	};
}

/* The arrays by their banks; budgets begin anew. */
static int fill(const struct node *node, const struct map_set *maps)
{
	static const enum shared_map hashes[] = { MAP_addresses4,   MAP_addresses6, MAP_established4, MAP_established6,
						  MAP_half_open4,   MAP_half_open6, MAP_fragments4,   MAP_fragments6 };
	struct banks banks;
	size_t i;
	int err = banks_open(&banks, maps);

	if (!err)
		banks_take(&banks, &node->banks, bank_of(node_generation(node)));
	banks_close(&banks);
	for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]) && !err; i++)
		if (map_entries(&maps->sizes, hashes[i]) != map_entries(&node->maps.sizes, hashes[i]))
			err = map_copy_missing(node->maps.fd[hashes[i]], maps->fd[hashes[i]], map_name(hashes[i]));
	return err;
}

static int run_everywhere(struct node *node, const struct shell *shell)
{
	size_t i;

	for (i = 0; i < node->attachments.count; i++) {
		struct attachment *at = &node->attachments.at[i];

		if (at->live && attachment_replace(node->instance, at, shell->program[at->hook]))
			return -1;
	}
	return 0;
}

int grow_repair(struct node *node)
{
	struct shell shell;
	int err = 0;

	if (!instance_has(node->instance, LAYOUT_NEW))
		return 0;
	shell_init(&shell);
	if (node->attachments.count)
		err = shell_open(&shell, node->instance, LAYOUT) || run_everywhere(node, &shell);
	shell_close(&shell);
	return err ? -1 : instance_remove_directory(node->instance, LAYOUT_NEW);
}

static int make(const struct node *node, const struct state *state, struct map_set *maps, struct shell *shell)
{
	const struct map_sizes sizes = larger_sizes(&node->maps.sizes, &state->sizes);
	char path[PIN_PATH_MAX];

	instance_pin_path(node->instance, path, LAYOUT_NEW);
	if (make_directory(path) || map_set_grow(maps, &node->maps, &sizes) || fill(node, maps) ||
	    map_set_pin(maps, node->instance, LAYOUT_NEW))
		return -1;
	return shell_load(shell, state, maps, node->instance, LAYOUT_NEW);
}

int grow(struct node *node, const struct state *state)
{
	struct map_set maps;
	struct shell shell;

	map_set_init(&maps);
	shell_init(&shell);
	if (make(node, state, &maps, &shell) || run_everywhere(node, &shell) || fill(node, &maps) ||
	    instance_exchange(node->instance, LAYOUT, LAYOUT_NEW)) {
		map_set_close(&maps);
		shell_close(&shell);
		grow_repair(node);
		return -1;
	}
	shell_close(&shell); /* it is pinned: node_open() opens it like any other */
	banks_close(&node->banks);
	map_set_close(&node->maps);
	node->maps = maps;
	node->moved = true;
	if (banks_open(&node->banks, &node->maps))
		return -1;
	return instance_remove_directory(node->instance, LAYOUT_NEW);
}
