// SPDX-License-Identifier: Apache-2.0
#include "flow_json.h"

#include <arpa/inet.h>
#include <string.h>

#include "map_walk.h"

struct list {
	json_t *flows;
	int family;
};

static const char *const hooks[SERVICE_HOOKS] = { "from_pod", "to_pod", "from_link", "to_link" };
static const char *const dispatches[] = { "opt", "ipip", "geneve", "snat" };

static json_t *end_json(int family, const void *address, const void *port)
{
	char text[INET6_ADDRSTRLEN] = "";
	__be16 be;

	memcpy(&be, port, sizeof(be));
	inet_ntop(family == 4 ? AF_INET : AF_INET6, address, text, sizeof(text));
	return json_pack("{s:s, s:i}", "address", text, "port", ntohs(be));
}

static json_t *flags_json(const struct flow *flow)
{
	static const char *const names[] = { "fin", "reset", "reply", "remote", "hairpin" };
	json_t *flags = json_array();
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flow->flags & 1 << i)
			json_array_append_new(flags, json_string(names[i]));
	return flags;
}

static int add(void *context, const void *key, void *value)
{
	struct list *list = context;
	const struct flow4_key *key4 = key;
	const struct flow6_key *key6 = key;
	const struct flow *flow = value;
	const void *source = list->family == 4 ? (const void *)&key4->source : key6->source;
	const void *destination = list->family == 4 ? (const void *)&key4->destination : key6->destination;
	const __be16 *ports = (const void *)(list->family == 4 ? &key4->ports : &key6->ports);
	json_t *json = json_pack("{s:i, s:o, s:o, s:s, s:o, s:o, s:o, s:I, s:I, s:I, s:I}", "proto",
				 (int)(list->family == 4 ? key4->proto : key6->proto), "source",
				 end_json(list->family, source, &ports[0]), "destination",
				 end_json(list->family, destination, &ports[1]), "hook",
				 flow->hook < SERVICE_HOOKS ? hooks[flow->hook] : "unknown", "new_source",
				 end_json(list->family, flow->source, &flow->source_port), "new_destination",
				 end_json(list->family, flow->destination, &flow->destination_port), "flags",
				 flags_json(flow), "endpoint", (json_int_t)flow->endpoint, "identity",
				 (json_int_t)flow->identity, "service_port", (json_int_t)flow->service_port, "seen",
				 (json_int_t)flow->seen);
	char via[INET6_ADDRSTRLEN];

	if (flow->flags & FLOW_REMOTE) {
		inet_ntop(list->family == 4 ? AF_INET : AF_INET6, flow->via, via, sizeof(via));
		json_object_set_new(json, "dispatch", json_string(dispatches[flow->dispatch % 4]));
		json_object_set_new(json, "via", json_string(via));
	}
	return json_array_append_new(list->flows, json);
}

json_t *flows_json(const struct service_maps *maps)
{
	struct list list = { .flows = json_array(), .family = 4 };
	int err = map_walk(maps->fd[SERVICE_MAP_flows4], add, &list);

	list.family = 6;
	if (!err)
		err = map_walk(maps->fd[SERVICE_MAP_flows6], add, &list);
	if (!err)
		return list.flows;
	json_decref(list.flows);
	return NULL;
}
