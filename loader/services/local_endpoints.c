// SPDX-License-Identifier: Apache-2.0
/* local_endpoints.c: what this node believes of what arrives for its pods. Of two endpoints of one service port with one
 * address, such as two ports of one pod, the one with the lower port stands there.
 */
#include <arpa/inet.h>
#include <string.h>

#include "enforce.h"
#include "keys.h"

static struct service_key key_of(const struct tables *tables, __u32 id)
{
	const struct endpoint *endpoint = &tables->endpoints[id];

	return local_key(tables->endpoint_port[id], endpoint->family, endpoint->address);
}

static int put(const struct tables *tables, const struct service_key *key, __u32 id)
{
	const struct local_endpoint value = { .port = tables->endpoints[id].port, .endpoint = id };

	return key_put(tables, key, &value);
}

int local_endpoint_put(struct tables *tables, const struct endpoint_item *item)
{
	struct service_key key = key_of(tables, item->id);
	struct local_endpoint at;

	if (key_find(tables, &key, &at) && at.endpoint != item->id) {
		tables->endpoint_twin[item->id] = tables->endpoint_twin[at.endpoint] = 1;
		if (ntohs(at.port) < ntohs(item->port))
			return 0;
	}
	return put(tables, &key, item->id);
}

/* Another one that is still there; its own id: there is none. */
static __u32 find_twin(const struct tables *tables, __u32 id)
{
	const struct endpoint *gone = &tables->endpoints[id], *at;
	__u32 best = id, i;

	for (i = 0; i < tables->endpoint_ids.capacity; i++) {
		at = &tables->endpoints[i];
		if (i == id || !at->identity || !(at->flags & ENDPOINT_LOCAL) || at->family != gone->family ||
		    tables->endpoint_port[i] != tables->endpoint_port[id] ||
		    memcmp(at->address, gone->address, sizeof(at->address)))
			continue;
		if (best == id || ntohs(at->port) < ntohs(tables->endpoints[best].port))
			best = i;
	}
	return best;
}

int local_endpoint_remove(struct tables *tables, __u32 id)
{
	struct service_key key = key_of(tables, id);
	struct local_endpoint at;
	__u32 twin = tables->endpoint_twin[id] ? find_twin(tables, id) : id;

	tables->endpoint_twin[id] = 0;
	if (!key_find(tables, &key, &at) || at.endpoint != id)
		return 0;
	return twin == id ? key_delete(tables, &key) : put(tables, &key, twin);
}
