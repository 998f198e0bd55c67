/* SPDX-License-Identifier: Apache-2.0 */
/* ids.h: which ids live and how often each is referred to, and what a change would make of that. Nothing is decided before the
 * whole change is known: it is noted, judged, then made true or forgotten.
 */
#ifndef POLC_SERVICES_IDS_H
#define POLC_SERVICES_IDS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct ids {
	const char *name; /* of one: "endpoint" */
	__u32 capacity, count;
	__u8 *state;
	__u32 *references;
	__s32 *pending; /* references that the change adds */
	__u32 *touched; /* by the change */
	size_t touched_count, touched_room;
};

int ids_init(struct ids *ids, const char *name, __u32 capacity);
void ids_free(struct ids *ids);

bool id_lives(const struct ids *ids, __u32 id);

/* Notes; a failure says what is wrong with it. `path`: of the state. */
int id_put(struct ids *ids, const char *path, __u32 id);
int id_remove(struct ids *ids, const char *path, __u32 id);
/* `by` names who refers to it, for failures. Every put and remove has been noted. */
int id_refer(struct ids *ids, const char *path, __u32 id, const char *by, __u32 by_id);
/* Who referred to it does no more. */
int id_unrefer(struct ids *ids, __u32 id);

/* Is nothing referred to that is to go? */
int ids_check(const struct ids *ids, const char *path);
void ids_commit(struct ids *ids);
void ids_forget(struct ids *ids);

#endif
