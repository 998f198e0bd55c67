// SPDX-License-Identifier: Apache-2.0
#include "plan.h"

#include <string.h>

#include "failure.h"

static struct ids *ids_of(struct tables *tables, int kind)
{
	return kind == ITEM_ENDPOINTS ? &tables->endpoint_ids : kind == ITEM_SETS ? &tables->set_ids : &tables->port_ids;
}

static __u32 id_of(const struct wanted *wanted, int kind, size_t i)
{
	const void *put = wanted->items[kind].put;

	return kind == ITEM_ENDPOINTS ? ((const struct endpoint_item *)put)[i].id :
	       kind == ITEM_SETS      ? ((const struct set_item *)put)[i].id :
					((const struct port_item *)put)[i].id;
}

static int note_ids(struct tables *tables, const struct wanted *wanted, int kind)
{
	const __u32 *removed = wanted->items[kind].removed;
	struct ids *ids = ids_of(tables, kind);
	size_t i;

	for (i = 0; i < wanted->items[kind].puts; i++)
		if (id_put(ids, wanted->path, id_of(wanted, kind, i)))
			return -1;
	for (i = 0; i < wanted->items[kind].removes; i++)
		if (id_remove(ids, wanted->path, removed[i]))
			return -1;
	return 0;
}

/* One that lives stays what it is: flows know it by its number. */
static int check_endpoint(const struct tables *tables, const struct wanted *wanted, const struct endpoint_item *item)
{
	const struct endpoint *at = &tables->endpoints[item->id];

	if (id_lives(&tables->endpoint_ids, item->id) &&
	    (at->port != item->port || at->family != item->address.family ||
	     memcmp(at->address, item->address.bytes, sizeof(at->address)) ||
	     tables->endpoint_port[item->id] != item->service_port))
		return fail("give it another id", "%s: endpoint %u lives, and is another one", wanted->path, item->id);
	return 0;
}

/* Where nobody looks yet: its identity comes last. */
static void stage_endpoint(struct tables *tables, const struct endpoint_item *item)
{
	struct endpoint *at = &tables->endpoints[item->id];

	if (id_lives(&tables->endpoint_ids, item->id))
		return;
	at->port = item->port;
	at->family = item->address.family;
	memcpy(at->address, item->address.bytes, sizeof(at->address));
	tables->endpoint_port[item->id] = item->service_port;
}

static int plan_endpoints(struct tables *tables, const struct wanted *wanted)
{
	const struct endpoint_item *items = wanted->items[ITEM_ENDPOINTS].put;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_ENDPOINTS].puts; i++) {
		if (check_endpoint(tables, wanted, &items[i]))
			return -1;
		stage_endpoint(tables, &items[i]);
	}
	return 0;
}

static void count_members(const struct tables *tables, const struct wanted *wanted, __u32 *used)
{
	const struct items *items = &wanted->items[ITEM_SETS];
	const struct set_item *sets = items->put;
	const __u32 *removed = items->removed;
	size_t i;

	for (i = 0; i < items->puts; i++)
		*used += sets[i].count;
	for (i = 0; i < items->removes; i++)
		*used -= tables->sets[removed[i]].count;
}

/* A change has both its old and its new Maglev tables for a while: see rows_room(). */
static int check_rows(const struct tables *tables, const struct wanted *wanted)
{
	__u32 capacity = tables->control->capacity[CAPACITY_ROWS];

	if (!wanted->whole || tables->rows.used <= capacity)
		return 0;
	return fail_as("full", "raise it, or leave it out", "%s: capacity.rows is %u, but %u are needed", wanted->path,
		       capacity, tables->rows.used);
}

static int check_used(struct tables *tables, const struct wanted *wanted, const __u32 used[CAPACITIES])
{
	int i;

	for (i = 0; i < CAPACITIES; i++)
		if (used[i] > tables->control->capacity[i])
			return fail_as("full", "apply a whole state with more capacity",
				       "%s: there is room for %u %s, not for %u", wanted->path,
				       tables->control->capacity[i], capacity_names[i], used[i]);
	return 0;
}

static int check_ids(const struct tables *tables, const struct wanted *wanted)
{
	return ids_check(&tables->endpoint_ids, wanted->path) || ids_check(&tables->set_ids, wanted->path) ||
			       ids_check(&tables->port_ids, wanted->path) ?
		       -1 :
		       0;
}

static int plan_room(struct tables *tables, struct wanted *wanted, __u32 used[CAPACITIES])
{
	count_members(tables, wanted, &used[CAPACITY_MEMBERS]);
	return check_used(tables, wanted, used) || plan_sets(tables, wanted) || check_rows(tables, wanted) ? -1 : 0;
}

int plan_make(struct tables *tables, struct wanted *wanted)
{
	__u32 used[CAPACITIES];

	memcpy(used, tables->control->used, sizeof(used));
	if (note_ids(tables, wanted, ITEM_ENDPOINTS) || note_ids(tables, wanted, ITEM_SETS) ||
	    note_ids(tables, wanted, ITEM_PORTS) || plan_endpoints(tables, wanted) ||
	    plan_references(tables, wanted) || check_ids(tables, wanted) || plan_keys(tables, wanted, used) ||
	    plan_room(tables, wanted, used)) {
		tables->control->full += failure_has_code("full");
		plan_forget(tables, wanted);
		return fail_code("bad-state");
	}
	memcpy(tables->control->used, used, sizeof(used));
	return 0;
}

void plan_commit(struct tables *tables, const struct wanted *wanted)
{
	__u32 *used = tables->control->used;

	ids_commit(&tables->endpoint_ids);
	ids_commit(&tables->set_ids);
	ids_commit(&tables->port_ids);
	used[CAPACITY_ENDPOINTS] = tables->endpoint_ids.count;
	used[CAPACITY_SETS] = tables->set_ids.count;
	used[CAPACITY_PORTS] = tables->port_ids.count;
	used[CAPACITY_ROWS] = tables->rows.used;
	tables->control->generation = wanted->generation;
}

void plan_forget(struct tables *tables, struct wanted *wanted)
{
	plan_forget_sets(tables, wanted);
	ids_forget(&tables->endpoint_ids);
	ids_forget(&tables->set_ids);
	ids_forget(&tables->port_ids);
}
