// SPDX-License-Identifier: Apache-2.0
/* plan_references.c: who refers to what after a change: sets to endpoints, ports to sets, all else to ports. */
#include <arpa/inet.h>

#include "failure.h"
#include "keys.h"
#include "plan.h"

static int refer_sets(struct tables *tables, const struct wanted *wanted)
{
	const struct set_item *items = wanted->items[ITEM_SETS].put;
	const __u32 *removed = wanted->items[ITEM_SETS].removed;
	size_t i;
	__u32 j;

	for (i = 0; i < wanted->items[ITEM_SETS].puts; i++) {
		if (id_lives(&tables->set_ids, items[i].id))
			return fail("give it another id", "%s: set %u lives, and never changes", wanted->path, items[i].id);
		for (j = 0; j < items[i].count; j++)
			if (id_refer(&tables->endpoint_ids, wanted->path, items[i].endpoints[j], "set", items[i].id))
				return -1;
	}
	for (i = 0; i < wanted->items[ITEM_SETS].removes; i++) {
		const struct endpoint_set *set = &tables->sets[removed[i]];

		for (j = 0; j < set->count; j++)
			if (id_unrefer(&tables->endpoint_ids, tables->members[set->members + j].endpoint))
				return -1;
	}
	return 0;
}

static int unrefer_port(struct tables *tables, __u32 id)
{
	int whom;

	for (whom = 0; whom < FOR_WHOM; whom++)
		if (tables->ports[id].set[whom] && id_unrefer(&tables->set_ids, tables->ports[id].set[whom]))
			return -1;
	return 0;
}

static int refer_ports(struct tables *tables, const struct wanted *wanted)
{
	const struct port_item *items = wanted->items[ITEM_PORTS].put;
	const __u32 *removed = wanted->items[ITEM_PORTS].removed;
	size_t i;
	int whom;

	for (i = 0; i < wanted->items[ITEM_PORTS].puts; i++) {
		for (whom = 0; whom < FOR_WHOM; whom++)
			if (items[i].value.set[whom] && id_refer(&tables->set_ids, wanted->path, items[i].value.set[whom],
								 "port", items[i].id))
				return -1;
		if (id_lives(&tables->port_ids, items[i].id) && unrefer_port(tables, items[i].id))
			return -1;
	}
	for (i = 0; i < wanted->items[ITEM_PORTS].removes; i++)
		if (unrefer_port(tables, removed[i]))
			return -1;
	return 0;
}

static int refer_endpoints(struct tables *tables, const struct wanted *wanted)
{
	const struct endpoint_item *items = wanted->items[ITEM_ENDPOINTS].put;
	const __u32 *removed = wanted->items[ITEM_ENDPOINTS].removed;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_ENDPOINTS].puts; i++)
		if (!id_lives(&tables->endpoint_ids, items[i].id) &&
		    id_refer(&tables->port_ids, wanted->path, items[i].service_port, "endpoint", items[i].id))
			return -1;
	for (i = 0; i < wanted->items[ITEM_ENDPOINTS].removes; i++)
		if (id_unrefer(&tables->port_ids, tables->endpoint_port[removed[i]]))
			return -1;
	return 0;
}

static int refer_frontends(struct tables *tables, const struct wanted *wanted)
{
	const struct frontend_item *items = wanted->items[ITEM_FRONTENDS].put;
	const struct frontend_item *removed = wanted->items[ITEM_FRONTENDS].removed;
	struct service_key key;
	struct frontend old;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_FRONTENDS].puts; i++) {
		key = frontend_key(&items[i]);
		if (id_refer(&tables->port_ids, wanted->path, items[i].value.service_port, "a frontend of port",
			     ntohs(items[i].port)))
			return -1;
		if (!wanted->whole && key_find(tables, &key, &old) && id_unrefer(&tables->port_ids, old.service_port))
			return -1;
	}
	for (i = 0; i < wanted->items[ITEM_FRONTENDS].removes; i++) {
		key = frontend_key(&removed[i]);
		if (key_find(tables, &key, &old) && id_unrefer(&tables->port_ids, old.service_port))
			return -1;
	}
	return 0;
}

static int refer_ranges(struct tables *tables, const struct wanted *wanted)
{
	const struct range_item *items = wanted->items[ITEM_RANGES].put;
	const struct range_item *removed = wanted->items[ITEM_RANGES].removed;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_RANGES].puts; i++)
		if ((wanted->whole || !range_find(tables, &items[i])) &&
		    id_refer(&tables->port_ids, wanted->path, items[i].service_port, "sourceRanges, entry", i))
			return -1;
	for (i = 0; i < wanted->items[ITEM_RANGES].removes; i++)
		if (range_find(tables, &removed[i]) && id_unrefer(&tables->port_ids, removed[i].service_port))
			return -1;
	return 0;
}

int plan_references(struct tables *tables, const struct wanted *wanted)
{
	return refer_sets(tables, wanted) || refer_ports(tables, wanted) || refer_endpoints(tables, wanted) ||
			       refer_frontends(tables, wanted) || refer_ranges(tables, wanted) ?
		       -1 :
		       0;
}
