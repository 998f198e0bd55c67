// SPDX-License-Identifier: Apache-2.0
#include "wanted_items.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "failure.h"
#include "state_pods.h"
#include "wanted_fields.h"

#define ID_MAX ((1u << 24) - 1)

const char *const item_names[ITEM_KINDS + 1] = {
	[ITEM_ENDPOINTS] = "endpoints",	      [ITEM_SETS] = "sets",   [ITEM_PORTS] = "ports",
	[ITEM_RANGES] = "sourceRanges",	      [ITEM_FRONTENDS] = "frontends",
	[ITEM_DESTINATIONS] = "destinations", [ITEM_PODS] = "pods",
};

static const struct word destination_flags[] = { { "cluster-ip", DESTINATION_CLUSTER_IP },
						 { "external", DESTINATION_EXTERNAL },
						 { "node", DESTINATION_NODE },
						 { "own", DESTINATION_OWN },
						 { 0 } };
static const struct word endpoint_flags[] = { { "local", ENDPOINT_LOCAL }, { "on-host", ENDPOINT_ON_HOST }, { 0 } };
static const struct word port_flags[] = { { "source-ranges", SERVICE_SOURCE_RANGES },
					  { "source-ranges-node-port", SERVICE_SOURCE_RANGES_NODE_PORT },
					  { "node-port-local", SERVICE_NODE_PORT_LOCAL },
					  { 0 } };
static const struct word empties[] = { { "refuse", REFUSE_ICMP }, { "drop", REFUSE_DROP }, { 0 } };
static const struct word protocols[] = { { "TCP", IPPROTO_TCP }, { "UDP", IPPROTO_UDP }, { "SCTP", IPPROTO_SCTP }, { 0 } };
static const struct word kinds[] = { { "cluster-ip", FRONTEND_CLUSTER_IP },
				     { "node-port", FRONTEND_NODE_PORT },
				     { "load-balancer", FRONTEND_LOAD_BALANCER },
				     { "external-ip", FRONTEND_EXTERNAL_IP },
				     { 0 } };
static const struct word hooks[] = { { "auto", LINK_AUTO }, { "xdp", LINK_XDP }, { "tc", LINK_TC },
				     { "xdp-generic", LINK_XDP_GENERIC }, { 0 } };

static int read_endpoint(const struct fields *fields, void *item)
{
	struct endpoint_item *endpoint = item;
	__u32 flags;

	if (field_u32(fields, "id", 0, ID_MAX, &endpoint->id) ||
	    field_u32(fields, "servicePort", 0, ID_MAX, &endpoint->service_port) ||
	    field_address(fields, "address", &endpoint->address) || field_port(fields, "port", &endpoint->port) ||
	    field_flags(fields, "flags", endpoint_flags, &flags) ||
	    field_address_of(fields, "node", endpoint->address.family, endpoint->node))
		return -1;
	endpoint->flags = flags;
	return 0;
}

static int read_set(const struct fields *fields, void *item)
{
	struct set_item *set = item;

	set->members = BLOCK_NONE;
	if (field_u32(fields, "id", 1, ID_MAX, &set->id) ||
	    field_numbers(fields, "endpoints", &set->endpoints, &set->count))
		return -1;
	if (!set->count || set->count > UINT16_MAX)
		return fail("an empty set is set 0", "%s: %sendpoints has %u ids, not 1 to %u", fields->file, fields->path,
			    set->count, UINT16_MAX);
	return 0;
}

static int read_port(const struct fields *fields, void *item)
{
	struct port_item *port = item;
	__u32 *sets, count, flags = 0;
	int err = field_u32(fields, "id", 0, ID_MAX, &port->id) || field_numbers(fields, "sets", &sets, &count);

	if (err)
		return -1;
	if (count == FOR_WHOM)
		memcpy(port->value.set, sets, sizeof(port->value.set));
	free(sets);
	if (count != FOR_WHOM)
		return fail(NULL, "%s: %ssets has %u ids, not %d", fields->file, fields->path, count, FOR_WHOM);
	if (field_words(fields, "empty", empties, port->value.empty, FOR_WHOM) ||
	    field_flags(fields, "flags", port_flags, &flags) ||
	    field_u32(fields, "affinity", 0, 86400, &port->value.affinity) ||
	    (field_given(fields, "name") && field_u32(fields, "name", 0, UINT32_MAX, &port->value.name)))
		return -1;
	port->value.flags = flags;
	return 0;
}

static int read_frontend_key(const struct fields *fields, struct frontend_item *frontend)
{
	__u32 proto;

	if (field_address(fields, "address", &frontend->address) || field_port(fields, "port", &frontend->port) ||
	    field_word(fields, "protocol", protocols, &proto))
		return -1;
	frontend->proto = proto;
	return 0;
}

static int read_frontend(const struct fields *fields, void *item)
{
	static const __u8 any[16];
	struct frontend_item *frontend = item;

	if (read_frontend_key(fields, frontend) ||
	    field_u32(fields, "servicePort", 0, ID_MAX, &frontend->value.service_port) ||
	    field_word(fields, "kind", kinds, &frontend->value.kind))
		return -1;
	if (!memcmp(frontend->address.bytes, any, sizeof(any)) != (frontend->value.kind == FRONTEND_NODE_PORT))
		return fail("node ports have the address 0.0.0.0 or ::, and nothing else has",
			    "%s: %saddress does not go with its kind", fields->file, fields->path);
	return 0;
}

static int read_range(const struct fields *fields, void *item)
{
	struct range_item *range = item;

	return field_u32(fields, "servicePort", 0, ID_MAX, &range->service_port) ||
			       field_block(fields, "block", 0, &range->address, &range->length) ?
		       -1 :
		       0;
}

static int read_destination(const struct fields *fields, void *item)
{
	struct destination_item *destination = item;

	if (field_address(fields, "address", &destination->address) ||
	    field_flags(fields, "flags", destination_flags, &destination->flags))
		return -1;
	return destination->flags ? 0 : fail(NULL, "%s: %sflags is empty", fields->file, fields->path);
}

static int read_pod(const struct fields *fields, void *item)
{
	struct pod_item *pod = item;

	if (field_string(fields, "name", &pod->name) || field_string(fields, "interface", &pod->interface) ||
	    field_blocks(fields, "addresses", false, &pod->sources, &pod->source_count) ||
	    field_blocks(fields, "sources", true, &pod->sources, &pod->source_count))
		return -1;
	return interface_name_valid(pod->interface) ?
		       0 :
		       fail(NULL, "%s: %sinterface is not the name of an interface", fields->file, fields->path);
}

static int removed_frontend(const struct fields *fields, void *item)
{
	return read_frontend_key(fields, item);
}

static const char *const endpoint_names[] = { "id", "servicePort", "address", "port", "flags", "node", NULL };
static const char *const set_names[] = { "id", "endpoints", NULL };
static const char *const port_names[] = { "id", "sets", "empty", "flags", "affinity", "name", NULL };
static const char *const range_names[] = { "servicePort", "block", NULL };
static const char *const frontend_names[] = { "address", "port", "protocol", "servicePort", "kind", NULL };
static const char *const frontend_keys[] = { "address", "port", "protocol", NULL };
static const char *const destination_names[] = { "address", "flags", NULL };
/* What a pod has only for policy may stand here as well. */
static const char *const pod_names[] = { "name", "interface", "netns", "subject", "addresses", "sources", NULL };

/* How an element of each list is read. What is removed is an object with the names of its key, or one value. */
static const struct kind {
	const char *const *names, *const *key_names;
	size_t size, key_size;
	int (*read)(const struct fields *fields, void *item);
	int (*read_key)(const struct fields *fields, void *item);
} item_kinds[ITEM_KINDS] = {
	[ITEM_ENDPOINTS] = { endpoint_names, NULL, sizeof(struct endpoint_item), sizeof(__u32), read_endpoint, NULL },
	[ITEM_SETS] = { set_names, NULL, sizeof(struct set_item), sizeof(__u32), read_set, NULL },
	[ITEM_PORTS] = { port_names, NULL, sizeof(struct port_item), sizeof(__u32), read_port, NULL },
	[ITEM_RANGES] = { range_names, range_names, sizeof(struct range_item), sizeof(struct range_item), read_range,
			  read_range },
	[ITEM_FRONTENDS] = { frontend_names, frontend_keys, sizeof(struct frontend_item), sizeof(struct frontend_item),
			     read_frontend, removed_frontend },
	[ITEM_DESTINATIONS] = { destination_names, NULL, sizeof(struct destination_item), sizeof(struct service_address),
				read_destination, NULL },
	[ITEM_PODS] = { pod_names, NULL, sizeof(struct pod_item), sizeof(struct pod_item), read_pod, NULL },
};

/* An element of a list that stands at `place`, such as "endpoints.put". */
static int open_element(const struct fields *root, const char *place, size_t index, json_t *value,
			const char *const *names, struct fields *out)
{
	out->file = root->file;
	out->object = value;
	snprintf(out->path, sizeof(out->path), "%s[%zu].", place, index);
	return fields_open(out, names);
}

static int read_puts(const struct fields *root, int kind, const char *place, json_t *array, struct items *items)
{
	const struct kind *k = &item_kinds[kind];
	struct fields fields;
	json_t *value;
	size_t i;

	items->put = calloc(json_array_size(array) + 1, k->size);
	if (!items->put)
		return fail(NULL, "out of memory");
	items->puts = json_array_size(array);
	json_array_foreach(array, i, value)
		if (open_element(root, place, i, value, k->names, &fields) ||
		    k->read(&fields, (char *)items->put + i * k->size))
			return -1;
	return 0;
}

static int read_value(int kind, const json_t *value, void *key)
{
	if (kind == ITEM_PODS) {
		((struct pod_item *)key)->interface = json_string_value(value);
		return json_is_string(value) && interface_name_valid(json_string_value(value)) ? 0 : -1;
	}
	if (kind == ITEM_DESTINATIONS)
		return json_is_string(value) && address_parse(json_string_value(value), key) ? 0 : -1;
	*(__u32 *)key = json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= ID_MAX ? 0 : -1;
}

static int read_removes(const struct fields *root, int kind, const char *place, json_t *array, struct items *items)
{
	const struct kind *k = &item_kinds[kind];
	struct fields fields;
	json_t *value;
	size_t i;

	items->removed = calloc(json_array_size(array) + 1, k->key_size);
	if (!items->removed)
		return fail(NULL, "out of memory");
	items->removes = json_array_size(array);
	json_array_foreach(array, i, value) {
		char *key = (char *)items->removed + i * k->key_size;

		if (!k->read_key && read_value(kind, value, key))
			return fail(NULL, "%s: %s[%zu] is not what these are removed by", root->file, place, i);
		if (k->read_key && (open_element(root, place, i, value, k->key_names, &fields) || k->read_key(&fields, key)))
			return -1;
	}
	return 0;
}

static int read_change(const struct fields *root, int kind, struct items *items)
{
	static const char *const names[] = { "put", "remove", NULL };
	struct fields change;
	char place[40];
	json_t *array;

	if (!field_given(root, item_names[kind]))
		return 0;
	if (field_object(root, item_names[kind], names, &change))
		return -1;
	if (field_given(&change, "put")) {
		snprintf(place, sizeof(place), "%s.put", item_names[kind]);
		if (field_array(&change, "put", &array) || read_puts(root, kind, place, array, items))
			return -1;
	}
	if (field_given(&change, "remove")) {
		snprintf(place, sizeof(place), "%s.remove", item_names[kind]);
		if (field_array(&change, "remove", &array) || read_removes(root, kind, place, array, items))
			return -1;
	}
	return 0;
}

int wanted_read_items(const struct fields *root, struct wanted *wanted)
{
	json_t *array;
	int kind;

	for (kind = 0; kind < ITEM_KINDS; kind++) {
		struct items *items = &wanted->items[kind];

		if (!wanted->whole) {
			if (read_change(root, kind, items))
				return -1;
			continue;
		}
		if (field_array(root, item_names[kind], &array) || read_puts(root, kind, item_names[kind], array, items))
			return -1;
	}
	return 0;
}

int wanted_read_links(const struct fields *root, struct wanted *wanted)
{
	static const char *const names[] = { "name", "hook", NULL };
	struct fields fields;
	json_t *array;
	size_t i, j;
	__u32 hook;

	if (field_array(root, "links", &array))
		return -1;
	wanted->links = calloc(json_array_size(array) + 1, sizeof(*wanted->links));
	if (!wanted->links)
		return fail(NULL, "out of memory");
	for (i = 0; i < json_array_size(array); i++) {
		struct link_item *link = &wanted->links[i];

		if (field_element(root, "links", i, names, &fields) || field_string(&fields, "name", &link->name) ||
		    field_word(&fields, "hook", hooks, &hook))
			return -1;
		link->hook = hook;
		for (j = 0; j < i; j++)
			if (!strcmp(wanted->links[j].name, link->name))
				return fail(NULL, "%s: links[%zu].name is the same as of links[%zu]", root->file, i, j);
		wanted->link_count = i + 1;
	}
	return 0;
}

void wanted_free_items(struct wanted *wanted)
{
	struct set_item *sets = wanted->items[ITEM_SETS].put;
	struct pod_item *pods = wanted->items[ITEM_PODS].put;
	size_t i;
	int kind;

	for (i = 0; sets && i < wanted->items[ITEM_SETS].puts; i++)
		free(sets[i].endpoints);
	for (i = 0; pods && i < wanted->items[ITEM_PODS].puts; i++)
		free(pods[i].sources);
	for (kind = 0; kind < ITEM_KINDS; kind++) {
		free(wanted->items[kind].put);
		free(wanted->items[kind].removed);
	}
	free(wanted->links);
}
