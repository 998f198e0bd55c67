/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* peers.h: who is at the other end.
 *   class_of(p, key, second end?, bank, settings) -> class, perhaps with ADDRESS_OWN_NODE
 * One hash look-up; if it misses, a binary search in the blocks. Addresses of pods are exact entries, whose class already
 * tells the blocks that contain the address.
 */
#ifndef POLC_PEERS_H
#define POLC_PEERS_H

#include <bpf/bpf_endian.h>

#include "by_family.h"
#include "in_force.h"
#include "packet.h"

#define BLOCKS_DEPTH_MAX 20

/* The last block that begins at or before the address. */
static __always_inline __u32 block_class4(__be32 address, __u32 bank, __u32 depth)
{
	__u32 at = bank * layout.blocks, value = bpf_ntohl(address), i, index;
	const struct block4 *block;

	for (i = 0; i < BLOCKS_DEPTH_MAX && i < depth; i++) {
		index = at + (1u << ((depth - 1 - i) & 31));
		block = bpf_map_lookup_elem(&blocks4, &index);
		if (block && block->first <= value)
			at = index;
	}
	block = bpf_map_lookup_elem(&blocks4, &at);
	return block ? block->class : CLASS_UNKNOWN;
}

static __always_inline bool begins_by(const struct block6 *block, __u64 high, __u64 low)
{
	return block->first[0] < high || (block->first[0] == high && block->first[1] <= low);
}

static __always_inline __u32 block_class6(const __u64 *address, __u32 bank, __u32 depth)
{
	__u64 high = bpf_be64_to_cpu(address[0]), low = bpf_be64_to_cpu(address[1]);
	__u32 at = bank * layout.blocks, i, index;
	const struct block6 *block;

	for (i = 0; i < BLOCKS_DEPTH_MAX && i < depth; i++) {
		index = at + (1u << ((depth - 1 - i) & 31));
		block = bpf_map_lookup_elem(&blocks6, &index);
		if (block && begins_by(block, high, low))
			at = index;
	}
	block = bpf_map_lookup_elem(&blocks6, &at);
	return block ? block->class : CLASS_UNKNOWN;
}

static __always_inline void address_key_fill(union address_key *address, const struct packet *p,
					     const union connection_key *key, bool second)
{
	if (p->family == 4)
		address->v4 = end4(&key->v4, second);
	else
		end6(&key->v6, second, address->v6.address);
}

static __always_inline __u32 class_of(const struct packet *p, const union connection_key *key, bool second, __u32 bank,
				      const struct settings *settings)
{
	union address_key address = {};
	const struct address *known;
	__u32 zero, one, class;

	address_key_fill(&address, p, key, second);
	known = LOOK_UP(addresses, p->family, &address);
	if (known) {
		zero = known->class[0];
		one = known->class[1];
		KEEP_BOTH_READ(zero, one);
		class = bank ? one : zero;
		if (class != ADDRESS_ABSENT)
			return class;
	}
	return p->family == 4 ? block_class4(address.v4, bank, settings->blocks4_depth) :
				block_class6(address.v6.address, bank, settings->blocks6_depth);
}

#endif
