/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h: the keys of hash maps of services, as items give them. */
#ifndef POLC_SERVICES_KEYS_H
#define POLC_SERVICES_KEYS_H

#include "tables.h"
#include "wanted.h"

#define KEY_MAX 24

/* A key and the map that has it. */
struct service_key {
	int map; /* enum service_map */
	unsigned char bytes[KEY_MAX];
};

struct service_key destination_key(const struct service_address *address);
struct service_key frontend_key(const struct frontend_item *frontend);
struct service_key range_key(const struct range_item *range);
struct service_key local_key(__u32 service_port, int family, const __u8 address[16]);

/* Has the map this key? Not for blocks. */
bool key_find(const struct tables *tables, const struct service_key *key, void *value);
/* The value of a block is its length. */
bool range_find(const struct tables *tables, const struct range_item *range);
int key_put(const struct tables *tables, const struct service_key *key, const void *value);
int key_delete(const struct tables *tables, const struct service_key *key);
/* For qsort(). */
int key_compare(const void *a, const void *b);

#endif
