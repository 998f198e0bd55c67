/* SPDX-License-Identifier: Apache-2.0 */
/* wanted.h: the services that a node is to have, whole or as a change to the ones before, read and checked for itself: see
 * src/services for its meaning. What it says beside what is there is checked by plan.h.
 */
#ifndef POLC_SERVICES_WANTED_H
#define POLC_SERVICES_WANTED_H

#include <jansson.h>
#include <stdbool.h>

#include "base64.h"
#include "service/service_abi.h"

#define SERVICES_STATE_VERSION 1

/* IPv4 stands in the first four bytes, with zero behind. */
struct service_address {
	__u8 family; /* 4 or 6 */
	__u8 bytes[16];
};

struct destination_item {
	struct service_address address;
	__u32 flags;
};

struct endpoint_item {
	__u32 id, service_port;
	struct service_address address;
	__be16 port;
	__u8 flags;
	__u8 node[16];
};

struct set_item {
	__u32 id, count;
	__u32 *endpoints; /* ids */
	__u32 members, row; /* by plan_make(); BLOCK_NONE before it */
	bool row_is_new;
};

struct port_item {
	__u32 id;
	struct service_port value;
};

struct frontend_item {
	struct service_address address;
	__be16 port;
	__u8 proto;
	struct frontend value;
};

struct range_item {
	__u32 service_port;
	struct service_address address;
	__u8 length;
};

struct state_block;

struct pod_item {
	const char *name, *interface;
	struct state_block *sources; /* `addresses` and `sources` */
	size_t source_count;
	unsigned int ifindex; /* 0: there is none */
};

enum link_hook { LINK_AUTO, LINK_XDP, LINK_TC, LINK_XDP_GENERIC };

struct link_item {
	const char *name;
	enum link_hook hook;
	unsigned int ifindex;
};

enum item_kind {
	ITEM_ENDPOINTS,
	ITEM_SETS,
	ITEM_PORTS,
	ITEM_RANGES,
	ITEM_FRONTENDS,
	ITEM_DESTINATIONS,
	ITEM_PODS,
	ITEM_KINDS
};

/* What is put, and the keys of what is removed: ids (__u32) of endpoints, sets and ports, struct service_address of
 * destinations, frontend_item and range_item with their keys only, struct pod_item with its interface.
 */
struct items {
	void *put, *removed;
	size_t puts, removes;
};

enum service_object { OBJECT_TC, OBJECT_XDP, OBJECT_SOCKET, SERVICE_OBJECTS };

struct object_item {
	const char *path; /* NULL: there is none */
	struct bytes bytes;
};

/* How many of each there is room for; 0: not said. */
enum service_capacity {
	CAPACITY_PORTS,
	CAPACITY_SETS,
	CAPACITY_MEMBERS,
	CAPACITY_ENDPOINTS,
	CAPACITY_FRONTENDS,
	CAPACITY_DESTINATIONS,
	CAPACITY_ROWS,
	CAPACITY_RANGES,
	CAPACITIES
};

extern const char *const capacity_names[CAPACITIES + 1];

struct wanted {
	const char *path; /* what failures call it */
	json_t *json;
	bool whole;
	__u32 generation;
	struct items items[ITEM_KINDS];
	/* of a whole state: */
	struct object_item objects[SERVICE_OBJECTS];
	struct service_config config;
	__u32 capacity[CAPACITIES];
	struct link_item *links;
	size_t link_count;
	const char *cgroup; /* or NULL */
};

/* Both must be freed whatever they return. */
int wanted_parse(struct wanted *wanted, const char *path, const char *text, size_t size);
int wanted_read(struct wanted *wanted, const char *path);
void wanted_free(struct wanted *wanted);

#endif
