// SPDX-License-Identifier: Apache-2.0
#include "pod_sources.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "failure.h"
#include "state.h"

union pod_source_key {
	struct pod_source4_key v4;
	struct pod_source6_key v6;
};

static const struct family {
	enum service_map map;
	__u8 family;
	size_t key_size;
	struct state_block everything;
} families[] = {
	{ SERVICE_MAP_pod_sources4, 4, sizeof(struct pod_source4_key), { .family = 4 } },
	{ SERVICE_MAP_pod_sources6, 6, sizeof(struct pod_source6_key), { .family = 6 } },
};
#define FAMILIES (sizeof(families) / sizeof(families[0]))

static union pod_source_key key_of(unsigned int ifindex, const struct state_block *block)
{
	union pod_source_key key = { 0 };

	_Static_assert(offsetof(struct pod_source4_key, ifindex) == offsetof(struct pod_source6_key, ifindex),
		       "it is read from either");
	key.v4.prefix = 32u + block->length;
	key.v4.ifindex = ifindex;
	memcpy(block->family == 4 ? key.v4.address : key.v6.address, block->address, block->family == 4 ? 4 : 16);
	return key;
}

static int put(const struct tables *tables, const struct pod_item *pod, const struct family *family,
	       const struct state_block *block, __u8 granted)
{
	union pod_source_key key = key_of(pod->ifindex, block);

	return bpf_map_update_elem(tables->maps.fd[family->map], &key, &granted, BPF_ANY) ?
		       fail_errno(errno, "cannot write what pod %s sends from", pod->name) :
		       0;
}

static bool grants(const struct pod_item *pod, const struct family *family, const union pod_source_key *key)
{
	size_t i;

	for (i = 0; pod && i < pod->source_count; i++) {
		union pod_source_key granted = key_of(pod->ifindex, &pod->sources[i]);

		if (pod->sources[i].family == family->family && !memcmp(&granted, key, family->key_size))
			return true;
	}
	return false;
}

/* What is granted comes first: a pod of which nothing was known never has less than its own. */
static int put_family(const struct tables *tables, const struct pod_item *pod, const struct family *family)
{
	union pod_source_key everything = key_of(pod->ifindex, &family->everything);
	size_t i;

	for (i = 0; i < pod->source_count; i++)
		if (pod->sources[i].family == family->family && put(tables, pod, family, &pod->sources[i], 1))
			return -1;
	return grants(pod, family, &everything) ? 0 : put(tables, pod, family, &family->everything, 0);
}

int pod_sources_put(const struct tables *tables, const struct pod_item *pod)
{
	size_t i;

	for (i = 0; i < FAMILIES && pod->source_count; i++)
		if (put_family(tables, pod, &families[i]))
			return -1;
	return 0;
}

/* In a trie the next key is found from one that is there. */
static int prune(int map, const struct family *family, unsigned int ifindex, const struct pod_item *pod)
{
	union pod_source_key everything = key_of(ifindex, &family->everything), key = { 0 }, next = { 0 };
	bool more = !bpf_map_get_next_key(map, NULL, &next);

	while (more) {
		key = next;
		more = !bpf_map_get_next_key(map, &key, &next);
		if (key.v4.ifindex != ifindex || grants(pod, family, &key) ||
		    (pod && pod->source_count && !memcmp(&key, &everything, family->key_size)))
			continue;
		if (bpf_map_delete_elem(map, &key) && errno != ENOENT)
			return fail_errno(errno, "cannot take away what interface %u sent from", ifindex);
	}
	return 0;
}

int pod_sources_prune(const struct tables *tables, unsigned int ifindex, const struct pod_item *pod)
{
	size_t i;

	for (i = 0; i < FAMILIES; i++)
		if (prune(tables->maps.fd[families[i].map], &families[i], ifindex, pod))
			return -1;
	return 0;
}
