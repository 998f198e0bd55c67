// SPDX-License-Identifier: Apache-2.0
#include "elapse.h"

#include <bpf/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const enum shared_map connections[] = { MAP_established4, MAP_established6, MAP_half_open4, MAP_half_open6 };
static const enum shared_map fragments[] = { MAP_fragments4, MAP_fragments6 };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

union value {
	struct connection connection;
	struct fragment_pass fragment;
};

static void make_older(int fd, size_t seen_at, __u32 ticks)
{
	unsigned char key[64], next[sizeof(key)];
	union value value;
	bool more = !bpf_map_get_next_key(fd, NULL, next);
	__u32 seen;

	while (more) {
		memcpy(key, next, sizeof(key));
		more = !bpf_map_get_next_key(fd, key, next);
		if (bpf_map_lookup_elem(fd, key, &value))
			continue;
		memcpy(&seen, (char *)&value + seen_at, sizeof(seen));
		seen -= ticks;
		memcpy((char *)&value + seen_at, &seen, sizeof(seen));
		bpf_map_update_elem(fd, key, &value, BPF_EXIST);
	}
}

void elapse(const struct map_set *maps, __u32 ticks)
{
	size_t i;

	for (i = 0; i < COUNT(connections); i++)
		make_older(maps->fd[connections[i]], offsetof(struct connection, seen), ticks);
	for (i = 0; i < COUNT(fragments); i++)
		make_older(maps->fd[fragments[i]], offsetof(struct fragment_pass, seen), ticks);
}

static void clear(int fd)
{
	unsigned char key[64];

	while (!bpf_map_get_next_key(fd, NULL, key))
		if (bpf_map_delete_elem(fd, key))
			break;
}

void forget_connections(const struct map_set *maps)
{
	size_t i;

	for (i = 0; i < COUNT(connections); i++)
		clear(maps->fd[connections[i]]);
	for (i = 0; i < COUNT(fragments); i++)
		clear(maps->fd[fragments[i]]);
}
