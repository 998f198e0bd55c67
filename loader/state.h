/* SPDX-License-Identifier: Apache-2.0 */
/* state.h: the desired state of a node, whole or as a change to the one before, read and checked: see
 * src/state/loader_state.ts for its meaning.
 *
 * A state that was read has no number that leads out of a map of the sizes it was checked against. Objects of the second
 * tier are read when they are loaded: nothing waits for them.
 */
#ifndef POLC_STATE_H
#define POLC_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi.h"
#include "base64.h"
#include "map_size.h"
#include "sha256.h"

#define STATE_VERSION 2 /* of what is read; the layout of what is pinned has its own */

/* A record of `subjects`. */
struct state_subject {
	uint32_t index;
	uint32_t profile;
};

/* Values that follow each other in an array. */
struct state_piece {
	uint32_t subject; /* of rows */
	const char *set;  /* of peers */
	uint32_t at;
	struct bytes values;
};

/* A block of addresses. */
struct state_block {
	uint8_t family; /* 4 or 6 */
	uint8_t length;
	uint8_t address[16];
};

struct state_pod {
	const char *name;
	const char *interface;
	const char *netns; /* path, or NULL */
	uint32_t subject;
	uint32_t address4;
	uint64_t address6[2];
	struct state_block *sources; /* further ones, of `addresses` and `sources` */
	size_t source_count;
	unsigned int ifindex; /* 0 until pods_find_interfaces(), and after it if there is none */
};

struct state_set {
	const char *name;
	const char *object; /* as it stands in the state: see state_beside() */
	char sha256[SHA256_HEX_SIZE];
	struct bytes peers;
};

/* What one pair of programs of a set is made for. */
struct state_program {
	uint32_t set;
	struct bytes subject; /* .rodata.subject */
	uint32_t *subjects;
	size_t subject_count;
};

struct state {
	const char *path;
	bool whole, revokes;
	uint32_t generation;
	const char *shell, *shell_sha256; /* whole */
	struct bytes shell_bytes;
	struct map_sizes sizes; /* whole */
	bool has_settings;
	struct settings settings;
	struct bytes subjects, addresses4, addresses6, blocks4, blocks6;
	struct state_piece *steps, *rows, *peers;
	size_t step_count, row_count, peer_count;
	struct state_pod *pods;
	size_t pod_count;
	const char **removed;
	size_t removed_count;
	uint32_t *unspecialised;
	size_t unspecialised_count;
	struct state_set *sets;
	size_t set_count;
	struct state_program *programs;
	size_t program_count;
	json_t *json;
};

/* A whole state in a file. */
int state_read(struct state *state, const char *path);

/* A state as text; `path` is what it is called and what its files are beside. A delta is checked against `sizes`; NULL: only
 * a whole state will do.
 */
int state_parse(struct state *state, const char *path, const char *text, size_t size, const struct map_sizes *sizes);
void state_free(struct state *state);

/* A path of the state, from here. NULL: out of memory. */
char *state_beside(const struct state *state, const char *path);

#endif
