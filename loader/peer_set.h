/* SPDX-License-Identifier: Apache-2.0 */
/* peer_set.h: a policy set's object, and the map of its peers that its programs share. */
#ifndef POLC_PEER_SET_H
#define POLC_PEER_SET_H

#include "state.h"

struct peer_set {
	struct peer_set *next;
	char *name;
	char *path;
	char sha256[SHA256_HEX_SIZE];
	struct bytes file;
	int peers; /* the map; -1: the object has none */
	size_t peer_size;
	uint32_t classes;
	int users; /* programs */
};

/* The set of the state, made ready in `list`: the one that is there if it is the same object. NULL: it failed. */
struct peer_set *peer_set_open(struct peer_set **list, const struct state *state, const struct state_set *set,
			       uint32_t classes);
struct peer_set *peer_set_find(struct peer_set *list, const char *name);

int peer_set_write(const struct peer_set *set, uint32_t at, const struct bytes *values);

/* Frees those that no program uses. */
void peer_sets_collect(struct peer_set **list);

#endif
