/* SPDX-License-Identifier: Apache-2.0 */
/* service_maps.h: the maps of services, made, pinned, opened and handed to objects. Tables are made anew with each whole state,
 * what is state lives on: flows, affinity, fragments, sockets, counters.
 */
#ifndef POLC_SERVICES_SERVICE_MAPS_H
#define POLC_SERVICES_SERVICE_MAPS_H

#include <bpf/libbpf.h>

#include "instance.h"
#include "service/service_map_list.h"
#include "wanted.h"

enum service_map {
#define SERVICE_MAP_ENUM(name, type, key, value, entries, flags) SERVICE_MAP_##name,
	SERVICE_STATE(SERVICE_MAP_ENUM) SERVICE_STATE_MAPS,
	SERVICE_BEFORE_TABLES = SERVICE_STATE_MAPS - 1, /* tables are numbered on */
	SERVICE_TABLES(SERVICE_MAP_ENUM)
#undef SERVICE_MAP_ENUM
	SERVICE_MAP_maglev,
	SERVICE_MAP_control, /* the loader's own: no program has it */
	SERVICE_MAPS
};

/* What only loaders read and write. */
struct service_control {
	__u32 generation; /* 0: never in force */
	__u32 table_size;
	__u32 used[CAPACITIES];
	__u32 capacity[CAPACITIES];
	__u64 full; /* changes that were refused for want of room */
};

#define SERVICES_DIRECTORY_(version) "services" #version
#define SERVICES_DIRECTORY__(version) SERVICES_DIRECTORY_(version)
#define SERVICES_DIRECTORY SERVICES_DIRECTORY__(SERVICE_LAYOUT_VERSION)
#define SERVICES_TABLES SERVICES_DIRECTORY "/tables"
#define SERVICES_TABLES_NEW SERVICES_DIRECTORY "/tables-new"
#define SERVICES_LINKS SERVICES_DIRECTORY "/links"

/* Entries of `members`: blocks are rounded up, and those that a change leaves stay until no packet goes by them. */
static inline __u32 members_room(__u32 capacity)
{
	return 2 * capacity;
}

struct service_maps {
	int fd[SERVICE_MAPS]; /* -1: closed */
};

const char *service_map_name(int map);
void service_maps_init(struct service_maps *maps);
void service_maps_close(struct service_maps *maps);

/* Those of state, pinned nowhere. */
int service_maps_create_state(struct service_maps *maps);
/* Those of state as they are pinned; what is not there is made and pinned. */
int service_maps_open_state(struct service_maps *maps, const struct instance *instance);
/* New tables with this room. */
int service_maps_create_tables(struct service_maps *maps, const __u32 capacity[CAPACITIES], __u32 table_size);
int service_maps_pin_tables(const struct service_maps *maps, const struct instance *instance, const char *directory);
/* All maps as they are pinned, to look at. */
int service_maps_open(struct service_maps *maps, const struct instance *instance);

/* A segment of Maglev tables that nothing refers to yet. */
int service_maps_segment(__u32 table_size);
__u32 segment_value_size(__u32 table_size);

/* Before an object loads: gives it the maps. */
int service_maps_use(const struct service_maps *maps, struct bpf_object *object, const char *path);

#endif
