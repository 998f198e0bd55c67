// SPDX-License-Identifier: Apache-2.0
/* plan_keys.c: lists whose entries have no id: destinations, frontends, source ranges. */
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "keys.h"
#include "plan.h"
#include "wanted_items.h"

static struct service_key put_key(const struct items *items, int kind, size_t i)
{
	return kind == ITEM_DESTINATIONS ? destination_key(&((const struct destination_item *)items->put)[i].address) :
	       kind == ITEM_FRONTENDS	 ? frontend_key(&((const struct frontend_item *)items->put)[i]) :
					   range_key(&((const struct range_item *)items->put)[i]);
}

static struct service_key removed_key(const struct items *items, int kind, size_t i)
{
	return kind == ITEM_DESTINATIONS ? destination_key(&((const struct service_address *)items->removed)[i]) :
	       kind == ITEM_FRONTENDS	 ? frontend_key(&((const struct frontend_item *)items->removed)[i]) :
					   range_key(&((const struct range_item *)items->removed)[i]);
}

static int check_twins(const struct wanted *wanted, int kind)
{
	const struct items *items = &wanted->items[kind];
	size_t count = items->puts + items->removes, i;
	struct service_key *keys = malloc((count + 1) * sizeof(*keys));
	int err = 0;

	if (!keys)
		return fail(NULL, "out of memory");
	for (i = 0; i < items->puts; i++)
		keys[i] = put_key(items, kind, i);
	for (i = 0; i < items->removes; i++)
		keys[items->puts + i] = removed_key(items, kind, i);
	qsort(keys, count, sizeof(*keys), key_compare);
	for (i = 1; i < count && !err; i++)
		if (!key_compare(&keys[i - 1], &keys[i]))
			err = fail(NULL, "%s: %s has two entries for one key", wanted->path, item_names[kind]);
	free(keys);
	return err;
}

static bool is_there(const struct tables *tables, const struct items *items, int kind, size_t i, bool removed)
{
	const struct range_item *ranges = removed ? items->removed : items->put;
	struct service_key key;
	__u64 value;

	if (kind == ITEM_RANGES)
		return range_find(tables, &ranges[i]);
	key = removed ? removed_key(items, kind, i) : put_key(items, kind, i);
	return key_find(tables, &key, &value);
}
_Static_assert(sizeof(struct frontend) <= sizeof(__u64) && sizeof(struct destination) <= sizeof(__u64),
	       "is_there() has room for a value");

static int plan_kind(const struct tables *tables, const struct wanted *wanted, int kind, __u32 *used)
{
	const struct items *items = &wanted->items[kind];
	size_t i;

	if (check_twins(wanted, kind))
		return -1;
	for (i = 0; i < items->puts; i++)
		if (wanted->whole || !is_there(tables, items, kind, i, false))
			++*used;
	for (i = 0; i < items->removes; i++) {
		if (!is_there(tables, items, kind, i, true))
			return fail(NULL, "%s: %s.remove[%zu] is not there", wanted->path, item_names[kind], i);
		--*used;
	}
	return 0;
}

int plan_keys(const struct tables *tables, const struct wanted *wanted, __u32 used[CAPACITIES])
{
	return plan_kind(tables, wanted, ITEM_DESTINATIONS, &used[CAPACITY_DESTINATIONS]) ||
			       plan_kind(tables, wanted, ITEM_FRONTENDS, &used[CAPACITY_FRONTENDS]) ||
			       plan_kind(tables, wanted, ITEM_RANGES, &used[CAPACITY_RANGES]) ?
		       -1 :
		       0;
}
