/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* peers.h: who is at the other end.
 *   peer_of(p, key, second end?) -> struct peer or NULL
 * One hash lookup, an LPM lookup if it misses and blocks are used, one array read.
 * Addresses of pods are exact entries; blocks are only asked for the others, for a pod's class already tells the blocks
 * that contain its address. NULL is a class without an entry: the node's state is damaged.
 */
#ifndef POLC_PEERS_H
#define POLC_PEERS_H

#include "keep_apart.h"
#include "maps.h"
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct peer);
} peers SEC(".maps");

static __always_inline __u32 *class4(__be32 address)
{
	struct cidr4_key key = { .prefix = 32 };
	__u32 *class = bpf_map_lookup_elem(&addresses4, &address);

	if (class || !USES_BLOCKS)
		return class;
	__builtin_memcpy(key.address, &address, sizeof(address));
	return bpf_map_lookup_elem(&cidrs4, &key);
}

static __always_inline __u32 *class6(const __u64 *address)
{
	struct cidr6_key key = { .prefix = 128 };
	__u32 *class = bpf_map_lookup_elem(&addresses6, address);

	if (class || !USES_BLOCKS)
		return class;
	__builtin_memcpy(key.address, address, sizeof(key.address));
	return bpf_map_lookup_elem(&cidrs6, &key);
}

static __always_inline const struct peer *peer_of(const struct packet *p, const union connection_key *key,
						    bool second)
{
	__u32 *known, class;
	__u64 address[2];

	if (p->family == 4) {
		known = class4(end4(&key->v4, second));
		KEEP_APART(4);
	} else {
		end6(&key->v6, second, address);
		known = class6(address);
		KEEP_APART(6);
	}
	class = known ? *known : CLASS_UNKNOWN;
	return bpf_map_lookup_elem(&peers, &class);
}

#endif
