// SPDX-License-Identifier: Apache-2.0
#include "enforce.h"

#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "failure.h"
#include "keys.h"

/* The same for the same endpoint of the same service port, so that flows go on over a whole state; never 0. */
static __u32 identity_of(const struct endpoint_item *item)
{
	__u32 hash = 2166136261u;
	const __u8 *at;
	size_t i;

	for (at = (const __u8 *)&item->service_port, i = 0; i < sizeof(item->service_port); i++)
		hash = (hash ^ at[i]) * 16777619u;
	for (at = item->address.bytes, i = 0; i < sizeof(item->address.bytes); i++)
		hash = (hash ^ at[i]) * 16777619u;
	for (at = (const __u8 *)&item->port, i = 0; i < sizeof(item->port); i++)
		hash = (hash ^ at[i]) * 16777619u;
	return hash ? hash : 1;
}

static bool is_zero(const __u8 address[16])
{
	static const __u8 zero[16];

	return !memcmp(address, zero, sizeof(zero));
}

static int put_endpoint(struct tables *tables, const struct endpoint_item *item)
{
	struct endpoint *at = &tables->endpoints[item->id];
	bool was_local = at->identity && at->flags & ENDPOINT_LOCAL;

	memcpy(at->node, item->node, sizeof(at->node));
	at->flags = item->flags | (is_zero(item->node) ? ENDPOINT_OUTSIDE : 0);
	__atomic_store_n(&at->identity, identity_of(item), __ATOMIC_RELEASE);
	if (item->flags & ENDPOINT_LOCAL)
		return local_endpoint_put(tables, item);
	return was_local ? local_endpoint_remove(tables, item->id) : 0;
}

static void put_set(struct tables *tables, const struct set_item *item)
{
	tables->sets[item->id] =
		(struct endpoint_set){ .count = item->count, .members = item->members, .row = item->row };
}

/* Word by word: what a packet reads of it belongs together only within one. */
static void put_port(struct tables *tables, const struct port_item *item)
{
	struct service_port *at = &tables->ports[item->id];
	__u32 rest;
	int whom;

	_Static_assert(offsetof(struct service_port, flags) - offsetof(struct service_port, empty) == 3,
		       "empty and flags are one word");
	at->affinity = item->value.affinity;
	at->name = item->value.name;
	for (whom = 0; whom < FOR_WHOM; whom++)
		__atomic_store_n(&at->set[whom], item->value.set[whom], __ATOMIC_RELEASE);
	memcpy(&rest, item->value.empty, sizeof(rest));
	__atomic_store_n((__u32 *)(void *)at->empty, rest, __ATOMIC_RELEASE);
}

static int put_ranges(const struct tables *tables, const struct items *items)
{
	const struct range_item *ranges = items->put;
	size_t i;

	for (i = 0; i < items->puts; i++) {
		struct service_key key = range_key(&ranges[i]);

		if (key_put(tables, &key, &ranges[i].length))
			return -1;
	}
	return 0;
}

/* Writes an entry of a hash map. The kernel gives what a replaced entry had to the next one, while a packet may still read it:
 * none is written before that packet is done.
 */
static int put_entry(const struct tables *tables, const struct service_key *key, const void *value, size_t size,
		     bool whole)
{
	unsigned char old[16];

	if (!whole && key_find(tables, key, old)) {
		if (!memcmp(old, value, size))
			return 0;
		if (key_put(tables, key, value))
			return -1;
		wait_for_packets();
		return 0;
	}
	return key_put(tables, key, value);
}

static int put_frontends(const struct tables *tables, const struct wanted *wanted)
{
	const struct items *items = &wanted->items[ITEM_FRONTENDS];
	const struct frontend_item *frontends = items->put;
	size_t i;

	for (i = 0; i < items->puts; i++) {
		struct service_key key = frontend_key(&frontends[i]);

		if (put_entry(tables, &key, &frontends[i].value, sizeof(frontends[i].value), wanted->whole))
			return -1;
	}
	return 0;
}

/* Before the address is there: a packet finds it by its bit. */
static void put_filter(struct destination_filter *filter, const struct service_address *address)
{
	__u64 words[2];
	__be32 word;
	__u32 bit;

	memcpy(words, address->bytes, sizeof(words));
	memcpy(&word, address->bytes, sizeof(word));
	bit = address->family == 4 ? destination_bit4(word) : destination_bit6(words);
	__atomic_fetch_or(&filter->words[bit / 64], 1ULL << bit % 64, __ATOMIC_RELEASE);
}

static int put_destinations(const struct tables *tables, const struct wanted *wanted)
{
	const struct items *items = &wanted->items[ITEM_DESTINATIONS];
	const struct destination_item *destinations = items->put;
	size_t i;

	for (i = 0; i < items->puts; i++) {
		struct service_key key = destination_key(&destinations[i].address);
		struct destination value = { .flags = destinations[i].flags };

		put_filter(tables->filter, &destinations[i].address);
		if (put_entry(tables, &key, &value, sizeof(value), wanted->whole))
			return -1;
	}
	return 0;
}

static int remove_keys(const struct tables *tables, const struct wanted *wanted)
{
	const struct service_address *destinations = wanted->items[ITEM_DESTINATIONS].removed;
	const struct frontend_item *frontends = wanted->items[ITEM_FRONTENDS].removed;
	const struct range_item *ranges = wanted->items[ITEM_RANGES].removed;
	struct service_key key;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_DESTINATIONS].removes; i++) {
		key = destination_key(&destinations[i]);
		if (key_delete(tables, &key))
			return -1;
	}
	for (i = 0; i < wanted->items[ITEM_FRONTENDS].removes; i++) {
		key = frontend_key(&frontends[i]);
		if (key_delete(tables, &key))
			return -1;
	}
	for (i = 0; i < wanted->items[ITEM_RANGES].removes; i++) {
		key = range_key(&ranges[i]);
		if (key_delete(tables, &key))
			return -1;
	}
	return 0;
}

/* Its row and its members are another set's only after tables_settle(). */
static void remove_sets(struct tables *tables, const struct items *items)
{
	const __u32 *ids = items->removed;
	size_t i;

	for (i = 0; i < items->removes; i++) {
		struct endpoint_set *set = &tables->sets[ids[i]];

		tables->left[tables->left_count++] = (struct left_block){ set->members, set->count };
		row_return(&tables->rows, set->row);
		*set = (struct endpoint_set){ .row = ROW_NONE };
	}
}

static int remove_endpoints(struct tables *tables, const struct items *items)
{
	const __u32 *ids = items->removed;
	size_t i;

	for (i = 0; i < items->removes; i++) {
		struct endpoint *at = &tables->endpoints[ids[i]];

		__atomic_store_n(&at->identity, 0, __ATOMIC_RELEASE);
		if (at->flags & ENDPOINT_LOCAL && local_endpoint_remove(tables, ids[i]))
			return -1;
	}
	return 0;
}

static int put_all(struct tables *tables, const struct wanted *wanted)
{
	const struct endpoint_item *endpoints = wanted->items[ITEM_ENDPOINTS].put;
	const struct set_item *sets = wanted->items[ITEM_SETS].put;
	const struct port_item *ports = wanted->items[ITEM_PORTS].put;
	size_t i;

	for (i = 0; i < wanted->items[ITEM_ENDPOINTS].puts; i++)
		if (put_endpoint(tables, &endpoints[i]))
			return -1;
	for (i = 0; i < wanted->items[ITEM_SETS].puts; i++)
		put_set(tables, &sets[i]);
	for (i = 0; i < wanted->items[ITEM_PORTS].puts; i++)
		put_port(tables, &ports[i]);
	return put_ranges(tables, &wanted->items[ITEM_RANGES]) || put_frontends(tables, wanted) ||
			       put_destinations(tables, wanted) ?
		       -1 :
		       0;
}

int enforce(struct tables *tables, const struct wanted *wanted)
{
	const struct items *ports = &wanted->items[ITEM_PORTS];
	size_t i;

	tables->left = calloc(wanted->items[ITEM_SETS].removes + 1, sizeof(*tables->left));
	if (!tables->left)
		return fail(NULL, "out of memory");
	if (put_all(tables, wanted) || remove_keys(tables, wanted))
		return -1;
	for (i = 0; i < ports->removes; i++)
		tables->ports[((const __u32 *)ports->removed)[i]] = (struct service_port){ 0 };
	remove_sets(tables, &wanted->items[ITEM_SETS]);
	return remove_endpoints(tables, &wanted->items[ITEM_ENDPOINTS]);
}
