/* SPDX-License-Identifier: Apache-2.0 */
/* object.h: one object file made into loaded programs. Owned by who holds it; closing it leaves what is attached. */
#ifndef POLC_OBJECT_H
#define POLC_OBJECT_H

#include <bpf/libbpf.h>

#include "map_set.h"
#include "state.h"

/* A subject's pair of programs. */
struct policy {
	struct bpf_object *object;
	int program[HOOKS];
};

int policy_load(struct policy *policy, const struct state *state, const struct state_program *program,
		struct map_set *maps);

/* The programs of the dispatcher object: either both hooks for one slot, or `pass`. */
struct dispatcher {
	struct bpf_object *object;
	int program[HOOKS]; /* both the same for `pass` */
};

int dispatcher_load(struct dispatcher *dispatcher, const struct bytes *file, __u32 slot, const struct state *state,
		    struct map_set *maps);
int dispatcher_load_pass(struct dispatcher *dispatcher, const struct bytes *file, const struct state *state,
			 struct map_set *maps);

const char *hook_name(enum hook hook);

#endif
