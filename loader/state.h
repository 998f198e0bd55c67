/* SPDX-License-Identifier: Apache-2.0 */
/* state.h: the desired state of a node, read and checked: see src/state/loader_state.ts for its meaning.
 *
 * After state_read() all bytes are in memory and every digest has been compared: nothing is read from a file again.
 */
#ifndef POLC_STATE_H
#define POLC_STATE_H

#include <jansson.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi.h"
#include "base64.h"

struct state_file {
	char *path;
	struct bytes bytes;
};

struct state_program {
	uint32_t profile;
	const struct state_file *object;
	struct bytes subject;
	struct bytes peers;
	struct bytes table;
	bool has_table;
};

struct state_pod {
	const char *name;
	const char *interface;
	uint32_t program;
	unsigned int ifindex; /* 0 until state_find_interfaces(), and after it if there is none */
};

struct state_sizes {
	uint32_t established;
	uint32_t half_open;
	uint32_t fragments;
	uint32_t events_bytes;
};

struct state {
	const char *path;
	uint32_t epoch;
	char *dispatcher; /* path */
	struct config config; /* without `profile` */
	struct state_sizes sizes;
	struct bytes addresses4, addresses6, cidrs4, cidrs6;
	struct state_program *programs;
	size_t program_count;
	struct state_pod *pods;
	size_t pod_count;
	struct state_file *files; /* every object once */
	size_t file_count;
	json_t *json;
};

int state_read(struct state *state, const char *path);
void state_free(struct state *state);

/* Looks up every pod's interface in this network namespace; a failure names pod and interface. */
int state_find_interfaces(struct state *state, json_t *problems);

#endif
