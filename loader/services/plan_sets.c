// SPDX-License-Identifier: Apache-2.0
/* plan_sets.c: where the members of a new set stand, and its Maglev table. Both are written at once: nobody refers to them. */
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "plan.h"

/* A member with the id that it has on this node. */
struct choice {
	struct maglev_member member;
	__u32 id;
};

static int compare(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	return maglev_compare(&x->member, &y->member);
}

static void collect(const struct tables *tables, const struct set_item *set, struct choice *choices)
{
	__u32 i;

	for (i = 0; i < set->count; i++) {
		const struct endpoint *endpoint = &tables->endpoints[set->endpoints[i]];

		choices[i] = (struct choice){ .member = { .port = endpoint->port, .family = endpoint->family },
					      .id = set->endpoints[i] };
		memcpy(choices[i].member.address, endpoint->address, sizeof(endpoint->address));
	}
	qsort(choices, set->count, sizeof(*choices), compare);
}

static int check(const struct wanted *wanted, const struct set_item *set, const struct choice *choices)
{
	__u32 i;

	for (i = 1; i < set->count; i++) {
		if (choices[i].member.family != choices[0].member.family)
			return fail("a set is of one family", "%s: set %u has endpoints of both families", wanted->path,
				    set->id);
		if (!compare(&choices[i - 1], &choices[i]))
			return fail(NULL, "%s: set %u has endpoints %u and %u, which have one address and port",
				    wanted->path, set->id, choices[i - 1].id, choices[i].id);
	}
	return 0;
}

static int take(struct tables *tables, const struct wanted *wanted, struct set_item *set, const struct choice *choices,
		struct maglev_member *members)
{
	__u32 i;

	for (i = 0; i < set->count; i++)
		members[i] = choices[i].member;
	if (set->count > tables->rows.table_size)
		return fail("raise config.tableSize", "%s: set %u has %u endpoints, but Maglev tables have %u places",
			    wanted->path, set->id, set->count, tables->rows.table_size);
	set->members = block_take(&tables->blocks, set->count);
	if (set->members == BLOCK_NONE)
		return fail_as("full", "apply a whole state with more capacity.members",
			       "%s: there is no room for the %u endpoints of set %u", wanted->path, set->count, set->id);
	if (row_take(&tables->rows, members, set->count, &set->row, &set->row_is_new)) {
		block_return(&tables->blocks, set->members, set->count);
		set->members = BLOCK_NONE;
		return -1;
	}
	for (i = 0; i < set->count; i++)
		tables->members[set->members + i].endpoint = choices[i].id;
	return 0;
}

static int plan_set(struct tables *tables, const struct wanted *wanted, struct set_item *set)
{
	struct choice *choices = malloc(set->count * sizeof(*choices));
	struct maglev_member *members = calloc(set->count, sizeof(*members));
	int err = choices && members ? 0 : fail(NULL, "out of memory");

	if (!err) {
		collect(tables, set, choices);
		err = check(wanted, set, choices) || take(tables, wanted, set, choices, members) ? -1 : 0;
	}
	free(choices);
	free(members);
	return err;
}

int plan_sets(struct tables *tables, struct wanted *wanted)
{
	struct set_item *items = wanted->items[ITEM_SETS].put;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_SETS].puts; i++)
		if (plan_set(tables, wanted, &items[i]))
			return -1;
	return 0;
}

/* Sets that were not looked at have no members yet. */
void plan_forget_sets(struct tables *tables, struct wanted *wanted)
{
	struct set_item *items = wanted->items[ITEM_SETS].put;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_SETS].puts; i++) {
		if (items[i].members == BLOCK_NONE)
			continue;
		block_return(&tables->blocks, items[i].members, items[i].count);
		row_return(&tables->rows, items[i].row);
		items[i].members = BLOCK_NONE;
	}
	rows_settle(&tables->rows);
}
