// SPDX-License-Identifier: Apache-2.0
#include "sources.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "map_writes.h"

union source_key {
	struct source4_key v4;
	struct source6_key v6;
};

static union source_key key_of(unsigned int ifindex, const struct state_block *block)
{
	union source_key key = { 0 };

	if (block->family == 4) {
		key.v4.prefix = 32 + block->length;
		key.v4.ifindex = ifindex;
		memcpy(key.v4.address, block->address, sizeof(key.v4.address));
	} else {
		key.v6.prefix = 32 + block->length;
		key.v6.ifindex = ifindex;
		memcpy(key.v6.address, block->address, sizeof(key.v6.address));
	}
	return key;
}

int sources_add(const struct map_set *maps, const struct state_pod *pod)
{
	const __u8 granted = 1;
	size_t i;

	for (i = 0; i < pod->source_count; i++) {
		enum shared_map map = pod->sources[i].family == 4 ? MAP_sources4 : MAP_sources6;
		union source_key key = key_of(pod->ifindex, &pod->sources[i]);

		if (bpf_map_update_elem(maps->fd[map], &key, &granted, BPF_ANY))
			return fail_errno(errno, "cannot grant pod %s its further sources", pod->name);
	}
	return 0;
}

static bool grants(const struct state_pod *pod, int family, const union source_key *key, size_t size)
{
	size_t i;

	for (i = 0; pod && i < pod->source_count; i++) {
		union source_key granted = key_of(pod->ifindex, &pod->sources[i]);

		if (pod->sources[i].family == family && !memcmp(&granted, key, size))
			return true;
	}
	return false;
}

/* The keys of a trie are few: only pods with more addresses than one of a family are there. */
static int prune(const struct map_set *maps, enum shared_map map, int family, size_t size, unsigned int ifindex,
		 const struct state_pod *pod)
{
	union source_key key, next;
	struct map_writes writes;
	int err = map_writes_start(&writes, maps->fd[map], map_name(map), size, sizeof(__u8));
	bool more = !err && !bpf_map_get_next_key(maps->fd[map], NULL, &next);

	while (more && !err) {
		key = next;
		more = !bpf_map_get_next_key(maps->fd[map], &key, &next);
		if (key.v4.ifindex == ifindex && !grants(pod, family, &key, size))
			err = map_writes_delete(&writes, &key);
	}
	return map_writes_end(&writes, err);
}
_Static_assert(__builtin_offsetof(struct source4_key, ifindex) == __builtin_offsetof(struct source6_key, ifindex),
	       "prune reads it from either");

int sources_prune(const struct map_set *maps, unsigned int ifindex, const struct state_pod *pod)
{
	if (prune(maps, MAP_sources4, 4, sizeof(struct source4_key), ifindex, pod))
		return -1;
	return prune(maps, MAP_sources6, 6, sizeof(struct source6_key), ifindex, pod);
}
