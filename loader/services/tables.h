/* SPDX-License-Identifier: Apache-2.0 */
/* tables.h: the tables of one node's services, and what the loader knows of them beside: ids that live, room that is free.
 * Arrays are mapped into this process, so that a change of them costs no system call.
 */
#ifndef POLC_SERVICES_TABLES_H
#define POLC_SERVICES_TABLES_H

#include "blocks.h"
#include "ids.h"
#include "rows.h"
#include "service_maps.h"

/* A part of `members` that no set has any more. */
struct left_block {
	__u32 at, count;
};

/* The kernel rounds an array's values up to 8 bytes. */
struct member {
	__u32 endpoint;
	__u32 unused;
};

struct tables {
	struct service_maps maps;
	struct service_control *control;
	struct destination_filter *filter;
	struct service_port *ports;
	struct endpoint_set *sets;
	struct member *members;
	struct endpoint *endpoints;
	__u32 *endpoint_port; /* the service port of each endpoint */
	__u8 *endpoint_twin;  /* another one of its service port and address, on this node, is or was there */
	struct ids endpoint_ids, set_ids, port_ids;
	struct blocks blocks;
	struct rows rows;
	struct left_block *left; /* by the last change */
	size_t left_count;
};

void tables_init(struct tables *tables);
/* Empty ones, beside whatever is in force, for what `wanted` has. The maps of state are open. */
int tables_create(struct tables *tables, const struct wanted *wanted, const __u32 before[CAPACITIES]);
void tables_close(struct tables *tables);

/* After a grace period: what the last change gave up is free. */
void tables_settle(struct tables *tables);

#endif
