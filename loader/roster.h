/* SPDX-License-Identifier: Apache-2.0 */
/* roster.h: the pods of the generation in force, by interface: what a delta does not repeat. */
#ifndef POLC_ROSTER_H
#define POLC_ROSTER_H

#include <net/if.h>

#include "state.h"

struct roster_pod {
	char interface[IF_NAMESIZE];
	unsigned int ifindex;
	__u32 subject;
};

struct roster {
	struct roster_pod *at;
	size_t count;
};

/* Takes over what the state says, once it is in force. */
int roster_update(struct roster *roster, const struct state *state);
void roster_free(struct roster *roster);

const struct roster_pod *roster_find(const struct roster *roster, const char *interface);

#endif
