// SPDX-License-Identifier: Apache-2.0
#include "maglev.h"

#include <stdlib.h>
#include <string.h>

#define FNV_BASIS 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL
#define SKIP_SEED 0x9e3779b97f4a7c15ULL
#define FREE 0xffff

/* Where a member looks next. */
struct permutation {
	__u32 next, skip;
};

int maglev_compare(const void *a, const void *b)
{
	const struct maglev_member *x = a, *y = b;
	int order = memcmp(x->address, y->address, sizeof(x->address));

	return order ? order : memcmp(&x->port, &y->port, sizeof(x->port));
}

static __u64 fnv(__u64 hash, const void *data, size_t size)
{
	const __u8 *at = data;

	while (size--)
		hash = (hash ^ *at++) * FNV_PRIME;
	return hash;
}

/* FNV-1a, then the finaliser of splitmix64: FNV alone leaves neighbouring addresses alike in their high bits. */
static __u64 hash(const struct maglev_member *member, __u64 seed)
{
	__u64 z = fnv(FNV_BASIS ^ seed, member->address, member->family == 4 ? 4 : 16);

	z = fnv(z, &member->port, sizeof(member->port));
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static __u32 after(const struct permutation *p, __u32 size)
{
	__u32 next = p->next + p->skip;

	return next < size ? next : next - size;
}

int maglev_fill(__u16 *places, __u32 size, const struct maglev_member *members, __u32 count)
{
	struct permutation *permutations = malloc(count * sizeof(*permutations));
	__u32 filled = 0, i;

	if (!permutations)
		return -1;
	for (i = 0; i < count; i++) {
		permutations[i].next = hash(&members[i], 0) % size;
		permutations[i].skip = hash(&members[i], SKIP_SEED) % (size - 1) + 1;
	}
	memset(places, 0xff, size * sizeof(*places));
	for (i = 0; filled < size; i = i + 1 < count ? i + 1 : 0) {
		struct permutation *p = &permutations[i];

		while (places[p->next] != FREE)
			p->next = after(p, size);
		places[p->next] = i;
		filled++;
	}
	free(permutations);
	return 0;
}
