// SPDX-License-Identifier: Apache-2.0
#include "peer_set.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "file.h"
#include "object.h"

struct peer_set *peer_set_find(struct peer_set *list, const char *name)
{
	while (list && strcmp(list->name, name))
		list = list->next;
	return list;
}

int peer_set_write(const struct peer_set *set, uint32_t at, const struct bytes *values)
{
	uint32_t count, i, class;

	if (set->peers < 0)
		return 0;
	if (!set->peer_size || values->size % set->peer_size)
		return fail("polc, polc-loader and the bundle must be of the same version",
			    "%s: peers has values of %zu bytes, the state gives %zu bytes", set->path, set->peer_size,
			    values->size);
	count = values->size / set->peer_size;
	if (at > set->classes || count > set->classes - at)
		return fail(NULL, "%s: the state gives %u peers from class %u, there are %u classes", set->path, count, at,
			    set->classes);
	for (i = 0; i < count; i++) {
		class = at + i;
		if (bpf_map_update_elem(set->peers, &class, values->data + i * set->peer_size, BPF_ANY))
			return fail_errno(errno, "cannot write class %u into peers of %s", class, set->path);
	}
	return 0;
}

static int read_object(struct peer_set *set)
{
	char digest[SHA256_HEX_SIZE];

	if (file_read(set->path, &set->file))
		return -1;
	sha256_hex(set->file.data, set->file.size, digest);
	if (!strcmp(digest, set->sha256))
		return 0;
	return fail("the object is not the one that was built: build the bundle again",
		    "%s has sha256 %s, but the state says %s", set->path, digest, set->sha256);
}

static int make_peers(struct peer_set *set)
{
	struct bpf_object *object = NULL;
	struct bpf_map *peers;
	int err = object_open(&object, &set->file, set->path);

	peers = err ? NULL : bpf_object__find_map_by_name(object, "peers");
	if (peers) {
		set->peer_size = bpf_map__value_size(peers);
		set->peers = bpf_map_create(BPF_MAP_TYPE_ARRAY, "peers", sizeof(__u32), set->peer_size, set->classes,
					    NULL);
		if (set->peers < 0)
			err = fail_errno(errno, "cannot make peers of %s for %u classes", set->path, set->classes);
	}
	bpf_object__close(object);
	return err;
}

static void free_set(struct peer_set *set)
{
	if (set->peers >= 0)
		close(set->peers);
	free(set->name);
	free(set->path);
	free(set->file.data);
	free(set);
}

static struct peer_set *new_set(const struct state *state, const struct state_set *from, uint32_t classes)
{
	struct peer_set *set = calloc(1, sizeof(*set));

	if (!set) {
		fail(NULL, "out of memory");
		return NULL;
	}
	set->peers = -1;
	set->classes = classes;
	set->name = strdup(from->name);
	set->path = state_beside(state, from->object);
	memcpy(set->sha256, from->sha256, sizeof(set->sha256));
	if (set->name && set->path && !read_object(set) && !make_peers(set) && !peer_set_write(set, 0, &from->peers))
		return set;
	if (!set->name || !set->path)
		fail(NULL, "out of memory");
	free_set(set);
	return NULL;
}

/* A newer set of a name is found first: the older one lives on as long as programs use it. */
struct peer_set *peer_set_open(struct peer_set **list, const struct state *state, const struct state_set *from,
			       uint32_t classes)
{
	struct peer_set *set = peer_set_find(*list, from->name);

	if (set && !strcmp(set->sha256, from->sha256))
		return peer_set_write(set, 0, &from->peers) ? NULL : set;
	set = new_set(state, from, classes);
	if (set) {
		set->next = *list;
		*list = set;
	}
	return set;
}

void peer_sets_collect(struct peer_set **list)
{
	while (*list) {
		struct peer_set *set = *list;

		if (set->users) {
			list = &set->next;
			continue;
		}
		*list = set->next;
		free_set(set);
	}
}
