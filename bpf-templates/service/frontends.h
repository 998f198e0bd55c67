/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* frontends.h: whether an address is anything of services, and which service port a packet asks for.
 *   may_be_destination(family, key) -> bool                 one bit, with which most packets end
 *   destination_of(family, key) -> DESTINATION_* or 0       one look-up
 *   frontend_of(work, flags) -> frontend or NULL
 *   source_allowed(work, frontend, port) -> bool            loadBalancerSourceRanges
 *   is_other_nodes(frontend, port, flags) -> bool           a client of this node leaves it to the node that it asks
 */
#ifndef POLC_SERVICE_FRONTENDS_H
#define POLC_SERVICE_FRONTENDS_H

#include "service_maps.h"
#include "service_packet.h"

union frontend_key {
	struct frontend4_key v4;
	struct frontend6_key v6;
};

union source_range_key {
	struct source_range4_key v4;
	struct source_range6_key v6;
};

static __always_inline __u32 destination4(const __be32 *address)
{
	const struct destination *destination = bpf_map_lookup_elem(&destinations4, address);

	KEEP_APART(4);
	return destination ? destination->flags : 0;
}

static __always_inline __u32 destination6(const __u64 *address)
{
	const struct destination *destination = bpf_map_lookup_elem(&destinations6, address);

	KEEP_APART(6);
	return destination ? destination->flags : 0;
}

static __always_inline __u32 destination_of(__u8 family, const union flow_key *key)
{
	return family == 4 ? destination4(&key->v4.destination) : destination6(key->v6.destination);
}

/* False: it is nothing of services. */
static __always_inline bool may_be_destination(__u8 family, const union flow_key *key)
{
	__u32 bit = family == 4 ? destination_bit4(key->v4.destination) : destination_bit6(key->v6.destination), zero = 0;
	const struct destination_filter *filter = bpf_map_lookup_elem(&destination_filter, &zero);

	return filter && filter->words[bit >> 6 & (sizeof(*filter) / 8 - 1)] >> (bit & 63) & 1;
}

static __always_inline const struct frontend *frontend_at4(__be32 address, __be16 port, __u8 proto)
{
	struct frontend4_key key = { .address = address, .port = port, .proto = proto };

	return bpf_map_lookup_elem(&frontends4, &key);
}

static __always_inline const struct frontend *frontend_at6(const __u64 *address, __be16 port, __u8 proto)
{
	struct frontend6_key key = { .address = { address[0], address[1] }, .port = port, .proto = proto };

	return bpf_map_lookup_elem(&frontends6, &key);
}

/* An address's own frontends, then the ports that every node has. */
static __always_inline const struct frontend *frontend_of4(__be32 address, __be16 port, __u8 proto, __u32 flags)
{
	const struct frontend *frontend = NULL;

	if (flags & (DESTINATION_CLUSTER_IP | DESTINATION_EXTERNAL))
		frontend = frontend_at4(address, port, proto);
	return frontend || !(flags & DESTINATION_NODE) ? frontend : frontend_at4(0, port, proto);
}

static __always_inline const struct frontend *frontend_of6(const __u64 *address, __be16 port, __u8 proto, __u32 flags)
{
	const struct frontend *frontend = NULL;
	const __u64 any[2] = {};

	if (flags & (DESTINATION_CLUSTER_IP | DESTINATION_EXTERNAL))
		frontend = frontend_at6(address, port, proto);
	return frontend || !(flags & DESTINATION_NODE) ? frontend : frontend_at6(any, port, proto);
}

static __always_inline const struct frontend *frontend_of(const struct work *work, __u32 flags)
{
	if (work->family == 4)
		return frontend_of4(work->key.v4.destination, work->key.v4.ports >> 16, work->key.v4.proto, flags);
	return frontend_of6(work->key.v6.destination, work->key.v6.ports >> 16, work->key.v6.proto, flags);
}

/* externalTrafficPolicy Local: who asks another node by a node port gets that node's endpoints or none. */
static __always_inline bool is_other_nodes(const struct frontend *frontend, const struct service_port *port, __u32 flags)
{
	return frontend->kind == FRONTEND_NODE_PORT && port->flags & SERVICE_NODE_PORT_LOCAL && !(flags & DESTINATION_OWN);
}

static __always_inline bool in_source_ranges(const struct work *work, __u32 service_port)
{
	union source_range_key key = {};

	if (work->family == 4) {
		key.v4.prefix = 64;
		key.v4.service_port = service_port;
		__builtin_memcpy(key.v4.address, &work->key.v4.source, sizeof(key.v4.address));
	} else {
		key.v6.prefix = 160;
		key.v6.service_port = service_port;
		__builtin_memcpy(key.v6.address, work->key.v6.source, sizeof(key.v6.address));
	}
	return LOOK_UP(source_ranges, work->family, &key);
}

static __always_inline bool source_allowed(const struct work *work, const struct frontend *frontend,
					   const struct service_port *port)
{
	if (frontend->kind == FRONTEND_LOAD_BALANCER ? !(port->flags & SERVICE_SOURCE_RANGES) :
						       frontend->kind != FRONTEND_NODE_PORT ||
							       !(port->flags & SERVICE_SOURCE_RANGES_NODE_PORT))
		return true;
	return in_source_ranges(work, frontend->service_port);
}

#endif
