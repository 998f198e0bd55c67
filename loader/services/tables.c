// SPDX-License-Identifier: Apache-2.0
#include "tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "failure.h"

#define ROWS_MAX (ROWS_IN_SEGMENT * SEGMENTS)

/* Of what is not said: room for a small node. */
static const __u32 floors[CAPACITIES] = {
	[CAPACITY_PORTS] = 1024,     [CAPACITY_SETS] = 2048,	     [CAPACITY_MEMBERS] = 8192, [CAPACITY_ENDPOINTS] = 8192,
	[CAPACITY_FRONTENDS] = 2048, [CAPACITY_DESTINATIONS] = 2048, [CAPACITY_ROWS] = 1024,	 [CAPACITY_RANGES] = 1024,
};

/* A change has its new sets beside the old ones, until no packet goes by those. */
static __u32 rows_room(__u32 capacity)
{
	return capacity < ROWS_MAX / 2 ? 2 * capacity : ROWS_MAX;
}

/* Ids count from 0: what is needed is one more than the largest. */
static void need_id(__u32 *needed, __u32 id)
{
	if (*needed < id + 1)
		*needed = id + 1;
}

static void count_needs(const struct wanted *wanted, __u32 needed[CAPACITIES])
{
	const struct endpoint_item *endpoints = wanted->items[ITEM_ENDPOINTS].put;
	const struct set_item *sets = wanted->items[ITEM_SETS].put;
	const struct port_item *ports = wanted->items[ITEM_PORTS].put;
	size_t i;

	memset(needed, 0, CAPACITIES * sizeof(*needed));
	for (i = 0; i < wanted->items[ITEM_ENDPOINTS].puts; i++)
		need_id(&needed[CAPACITY_ENDPOINTS], endpoints[i].id);
	for (i = 0; i < wanted->items[ITEM_PORTS].puts; i++)
		need_id(&needed[CAPACITY_PORTS], ports[i].id);
	for (i = 0; i < wanted->items[ITEM_SETS].puts; i++) {
		need_id(&needed[CAPACITY_SETS], sets[i].id);
		needed[CAPACITY_MEMBERS] += sets[i].count;
	}
	needed[CAPACITY_ROWS] = wanted->items[ITEM_SETS].puts;
	needed[CAPACITY_FRONTENDS] = wanted->items[ITEM_FRONTENDS].puts;
	needed[CAPACITY_DESTINATIONS] = wanted->items[ITEM_DESTINATIONS].puts;
	needed[CAPACITY_RANGES] = wanted->items[ITEM_RANGES].puts;
}

/* Twice what is needed, so that a node that changes seldom needs another whole state; never less than it had, if that suffices. */
static __u32 room(__u32 needed, __u32 floor, __u32 before, __u32 max)
{
	__u64 wanted = 2 * (__u64)needed;

	if (wanted < floor)
		wanted = floor;
	if (wanted < before && before / 8 <= needed)
		wanted = before;
	return wanted < max ? wanted : max;
}

static int choose_capacity(struct service_control *control, const struct wanted *wanted, const __u32 before[CAPACITIES])
{
	__u32 needed[CAPACITIES];
	int i;

	count_needs(wanted, needed);
	for (i = 0; i < CAPACITIES; i++) {
		__u32 max = i == CAPACITY_ROWS ? ROWS_MAX : 1u << 25;

		control->capacity[i] = wanted->capacity[i] ? wanted->capacity[i] :
							     room(needed[i], floors[i], before ? before[i] : 0, max);
		/* Sets share rows, so that what they need of them is known only later. */
		if (i != CAPACITY_ROWS && needed[i] > control->capacity[i])
			return fail_as("full", "raise it, or leave it out", "%s: capacity.%s is %u, but %u are needed",
				       wanted->path, capacity_names[i], control->capacity[i], needed[i]);
	}
	return 0;
}

static void *map_array(const struct tables *tables, int map, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, tables->maps.fd[map], 0);

	if (at != MAP_FAILED)
		return at;
	fail_errno(errno, "cannot map the array %s into memory", service_map_name(map));
	return NULL;
}

static int map_arrays(struct tables *tables, const __u32 *capacity)
{
	tables->control = map_array(tables, SERVICE_MAP_control, sizeof(*tables->control));
	tables->filter = map_array(tables, SERVICE_MAP_destination_filter, sizeof(*tables->filter));
	tables->ports = map_array(tables, SERVICE_MAP_service_ports, capacity[CAPACITY_PORTS] * sizeof(*tables->ports));
	tables->sets = map_array(tables, SERVICE_MAP_sets, capacity[CAPACITY_SETS] * sizeof(*tables->sets));
	tables->members = map_array(tables, SERVICE_MAP_members,
				    members_room(capacity[CAPACITY_MEMBERS]) * sizeof(*tables->members));
	tables->endpoints = map_array(tables, SERVICE_MAP_endpoints,
				      capacity[CAPACITY_ENDPOINTS] * sizeof(*tables->endpoints));
	return tables->control && tables->filter && tables->ports && tables->sets && tables->members &&
			       tables->endpoints ?
		       0 :
		       -1;
}

void tables_init(struct tables *tables)
{
	*tables = (struct tables){ 0 };
	service_maps_init(&tables->maps);
}

static int make_books(struct tables *tables, const __u32 *capacity, __u32 table_size)
{
	tables->endpoint_port = calloc(capacity[CAPACITY_ENDPOINTS], sizeof(*tables->endpoint_port));
	tables->endpoint_twin = calloc(capacity[CAPACITY_ENDPOINTS], sizeof(*tables->endpoint_twin));
	if (!tables->endpoint_port || !tables->endpoint_twin)
		return fail(NULL, "out of memory");
	return ids_init(&tables->endpoint_ids, "endpoint", capacity[CAPACITY_ENDPOINTS]) ||
			       ids_init(&tables->set_ids, "set", capacity[CAPACITY_SETS]) ||
			       ids_init(&tables->port_ids, "port", capacity[CAPACITY_PORTS]) ||
			       blocks_init(&tables->blocks, members_room(capacity[CAPACITY_MEMBERS])) ||
			       rows_init(&tables->rows, tables->maps.fd[SERVICE_MAP_maglev], table_size,
					 rows_room(capacity[CAPACITY_ROWS])) ?
		       -1 :
		       0;
}

int tables_create(struct tables *tables, const struct wanted *wanted, const __u32 before[CAPACITIES])
{
	struct service_control control = { .generation = wanted->generation, .table_size = wanted->config.table_size };

	if (choose_capacity(&control, wanted, before) ||
	    service_maps_create_tables(&tables->maps, control.capacity, control.table_size) ||
	    map_arrays(tables, control.capacity) || make_books(tables, control.capacity, control.table_size))
		return -1;
	*tables->control = control;
	return 0;
}

static void unmap(void *at, size_t bytes)
{
	if (at)
		munmap(at, bytes);
}

void tables_close(struct tables *tables)
{
	if (tables->control) {
		const __u32 *capacity = tables->control->capacity;

		unmap(tables->filter, sizeof(*tables->filter));
		unmap(tables->ports, capacity[CAPACITY_PORTS] * sizeof(*tables->ports));
		unmap(tables->sets, capacity[CAPACITY_SETS] * sizeof(*tables->sets));
		unmap(tables->members, members_room(capacity[CAPACITY_MEMBERS]) * sizeof(*tables->members));
		unmap(tables->endpoints, capacity[CAPACITY_ENDPOINTS] * sizeof(*tables->endpoints));
		munmap(tables->control, sizeof(*tables->control));
	}
	free(tables->endpoint_port);
	free(tables->endpoint_twin);
	ids_free(&tables->endpoint_ids);
	ids_free(&tables->set_ids);
	ids_free(&tables->port_ids);
	blocks_free(&tables->blocks);
	rows_free(&tables->rows);
	free(tables->left);
	service_maps_close(&tables->maps);
	tables_init(tables);
}

void tables_settle(struct tables *tables)
{
	size_t i;

	for (i = 0; i < tables->left_count; i++)
		block_return(&tables->blocks, tables->left[i].at, tables->left[i].count);
	free(tables->left);
	tables->left = NULL;
	tables->left_count = 0;
	rows_settle(&tables->rows);
	rows_prepare(&tables->rows);
}
