/* SPDX-License-Identifier: Apache-2.0 */
/* node.h: what a command that changes an instance has in hand, from before the first change until it ends. */
#ifndef POLC_NODE_H
#define POLC_NODE_H

#include <jansson.h>

#include "attachments.h"
#include "banks.h"
#include "gone.h"
#include "map_set.h"
#include "roster.h"
#include "shell.h"
#include "state.h"
#include "tier.h"

struct node {
	const struct instance *instance;
	enum attach_mode mode;
	struct map_set maps;
	struct banks banks;
	struct shell shell;
	struct attachments attachments;
	struct roster roster;
	struct gone gone; /* of the change that was applied last */
	struct tier tier;
	bool moved;    /* its maps are others than before it was opened */
	bool upgraded; /* the state that it was opened for is in force by that */
	json_t *problems; /* since they were last printed */
	size_t added, removed; /* attachments, likewise */
};

void node_init(struct node *node, const struct instance *instance, enum attach_mode mode);
void node_close(struct node *node);

/* Opens what is there, if anything is in force; else everything is new, and the remains of a crash are gone. The state is
 * whole. Nothing has been written that packets go by.
 */
int node_open(struct node *node, struct state *state);

/* The generation in force; 0: nothing is. */
__u32 node_generation(const struct node *node);
/* Is the state for the next one? */
int node_check_generation(const struct node *node, const struct state *state);

/* Takes away what node_open() made, after the first change failed. */
void node_undo(struct node *node);

#endif
