// SPDX-License-Identifier: Apache-2.0
#include "gone.h"

#include <net/if.h>
#include <stdlib.h>

#include "control.h"
#include "failure.h"
#include "node.h"
#include "pods.h"

static int add(struct gone *gone, __u32 ifindex)
{
	__u32 *grown;
	size_t i;

	for (i = 0; i < gone->count; i++)
		if (gone->at[i] == ifindex)
			return 0;
	grown = realloc(gone->at, (gone->count + 1) * sizeof(*grown));
	if (!grown)
		return fail(NULL, "out of memory");
	gone->at = grown;
	gone->at[gone->count++] = ifindex;
	return 0;
}

/* What is held closed is not known yet: a state that lacks it takes nothing away. */
static bool is_held(const struct node *node, __u32 ifindex)
{
	char name[IF_NAMESIZE];

	return pods_subject(&node->maps, ifindex, bank_of(node_generation(node))) == SUBJECT_CLOSED &&
	       if_indextoname(ifindex, name);
}

static int find_for_whole(struct gone *gone, const struct node *node, const struct state *state)
{
	size_t count = 0, i;
	__u32 *known = pods_list(&node->maps, &count), ifindex;
	int err = known ? 0 : -1;

	for (i = 0; i < count + node->attachments.count && !err; i++) {
		ifindex = i < count ? known[i] : node->attachments.at[i - count].ifindex;
		if (!pod_of(state, ifindex) && !is_held(node, ifindex))
			err = add(gone, ifindex);
	}
	free(known);
	return err;
}

static int find_for_delta(struct gone *gone, const struct node *node, const struct state *state)
{
	size_t i;

	for (i = 0; i < state->removed_count + state->pod_count; i++) {
		bool removed = i < state->removed_count;
		const char *interface =
			removed ? state->removed[i] : state->pods[i - state->removed_count].interface;
		const struct roster_pod *old = roster_find(&node->roster, interface);
		__u32 ifindex = old ? old->ifindex : removed ? if_nametoindex(interface) : 0;

		if (ifindex && !pod_of(state, ifindex) && add(gone, ifindex))
			return -1;
	}
	return 0;
}

int gone_find(struct gone *gone, const struct node *node, const struct state *state)
{
	gone->count = 0;
	return state->whole ? find_for_whole(gone, node, state) : find_for_delta(gone, node, state);
}

void gone_free(struct gone *gone)
{
	free(gone->at);
	*gone = (struct gone){ 0 };
}
