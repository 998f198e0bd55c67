/* SPDX-License-Identifier: Apache-2.0 */
/* apply.h: what one apply has in hand, and its third step. */
#ifndef POLC_APPLY_H
#define POLC_APPLY_H

#include "attachment.h"
#include "generation.h"
#include "map_set.h"
#include "object.h"
#include "state.h"

struct apply {
	const struct instance *instance;
	enum attach_mode mode;
	struct state state;
	struct bytes dispatcher_file;
	__u32 old_epoch;
	struct map_set maps;
	struct generation generation;
	struct dispatcher pass;
	struct attachments attachments;
	json_t *problems;
	size_t added, removed;
};

/* Attaches dispatchers to pods that have none, in slots that pass everything under the old generation. */
int place_pods(struct apply *a);

#endif
