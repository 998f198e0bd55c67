// SPDX-License-Identifier: Apache-2.0
#include "keys.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "failure.h"

struct service_key destination_key(const struct service_address *address)
{
	struct service_key key = { .map = address->family == 4 ? SERVICE_MAP_destinations4 : SERVICE_MAP_destinations6 };

	memcpy(key.bytes, address->bytes, address->family == 4 ? 4 : 16);
	return key;
}

struct service_key frontend_key(const struct frontend_item *frontend)
{
	struct service_key key = { .map = SERVICE_MAP_frontends4 };
	struct frontend4_key key4 = { .port = frontend->port, .proto = frontend->proto };
	struct frontend6_key key6 = { .port = frontend->port, .proto = frontend->proto };

	if (frontend->address.family == 4) {
		memcpy(&key4.address, frontend->address.bytes, sizeof(key4.address));
		memcpy(key.bytes, &key4, sizeof(key4));
		return key;
	}
	key.map = SERVICE_MAP_frontends6;
	memcpy(key6.address, frontend->address.bytes, sizeof(key6.address));
	memcpy(key.bytes, &key6, sizeof(key6));
	return key;
}

struct service_key range_key(const struct range_item *range)
{
	struct service_key key = { .map = SERVICE_MAP_source_ranges4 };
	struct source_range4_key key4 = { .prefix = 32u + range->length, .service_port = range->service_port };
	struct source_range6_key key6 = { .prefix = 32u + range->length, .service_port = range->service_port };

	if (range->address.family == 4) {
		memcpy(key4.address, range->address.bytes, sizeof(key4.address));
		memcpy(key.bytes, &key4, sizeof(key4));
		return key;
	}
	key.map = SERVICE_MAP_source_ranges6;
	memcpy(key6.address, range->address.bytes, sizeof(key6.address));
	memcpy(key.bytes, &key6, sizeof(key6));
	return key;
}

struct service_key local_key(__u32 service_port, int family, const __u8 address[16])
{
	struct service_key key = { .map = SERVICE_MAP_local_endpoints4 };
	struct local_endpoint4_key key4 = { .service_port = service_port };
	struct local_endpoint6_key key6 = { .service_port = service_port };

	if (family == 4) {
		memcpy(&key4.address, address, sizeof(key4.address));
		memcpy(key.bytes, &key4, sizeof(key4));
		return key;
	}
	key.map = SERVICE_MAP_local_endpoints6;
	memcpy(key6.address, address, sizeof(key6.address));
	memcpy(key.bytes, &key6, sizeof(key6));
	return key;
}

bool key_find(const struct tables *tables, const struct service_key *key, void *value)
{
	return !bpf_map_lookup_elem(tables->maps.fd[key->map], key->bytes, value);
}

/* A trie answers with the longest block that holds the address: the value says how long it is. */
bool range_find(const struct tables *tables, const struct range_item *range)
{
	struct service_key key = range_key(range);
	__u8 length;

	return key_find(tables, &key, &length) && length == range->length;
}

int key_put(const struct tables *tables, const struct service_key *key, const void *value)
{
	return bpf_map_update_elem(tables->maps.fd[key->map], key->bytes, value, BPF_ANY) ?
		       fail_errno(errno, "cannot write the map %s", service_map_name(key->map)) :
		       0;
}

int key_delete(const struct tables *tables, const struct service_key *key)
{
	return bpf_map_delete_elem(tables->maps.fd[key->map], key->bytes) && errno != ENOENT ?
		       fail_errno(errno, "cannot delete from the map %s", service_map_name(key->map)) :
		       0;
}

int key_compare(const void *a, const void *b)
{
	const struct service_key *x = a, *y = b;

	return x->map != y->map ? x->map - y->map : memcmp(x->bytes, y->bytes, sizeof(x->bytes));
}
