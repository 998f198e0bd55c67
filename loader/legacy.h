/* SPDX-License-Identifier: Apache-2.0 */
/* legacy.h: what an instance of layout version 1 has: maps pinned beside links/, a dispatcher on every hook of a pod that
 * policies select, pinned as links/IFINDEX-SLOT-HOOK or filters/IFINDEX-SLOT-HOOK (its program), and two tables from slots to
 * programs. The lowest bit of the map `active` says which table is in force.
 */
#ifndef POLC_LEGACY_H
#define POLC_LEGACY_H

#include "attachment.h"
#include "map_set.h"

struct legacy_hook {
	unsigned int ifindex;
	__u32 slot;
	enum hook hook;
	enum attach_mode mode;
	bool live;
};

struct legacy {
	const struct instance *instance;
	int active, dispatch[2]; /* maps; -1 */
	__u32 epoch;		 /* in force; 0: there is no such instance */
	struct legacy_hook *at;
	size_t count;
};

int legacy_open(struct legacy *legacy, const struct instance *instance);
void legacy_close(struct legacy *legacy);

/* The program of a slot, in the table of this epoch. */
int legacy_set(const struct legacy *legacy, __u32 epoch, const struct legacy_hook *hook, int program);
/* One store: every dispatcher goes by the table of this epoch. */
int legacy_switch(struct legacy *legacy, __u32 epoch);

/* Who runs `program` instead of the dispatcher, from one packet to the next, under the pin of today. */
int legacy_replace(const struct legacy *legacy, struct legacy_hook *hook, int program);
int legacy_detach(const struct legacy *legacy, struct legacy_hook *hook);

/* Connections of another layout into maps that lack them. */
int legacy_copy_connections(const struct legacy *legacy, const struct map_set *maps);

/* The pins of its maps. */
int legacy_remove_maps(const struct instance *instance);

#endif
