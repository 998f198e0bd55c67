/* SPDX-License-Identifier: Apache-2.0 */
/* service_links.h: the programs of services where packets and sockets pass: one link for each place, pinned as
 * SERVICES_LINKS/IFINDEX-PLACE (0 for the cgroup).
 *
 * All links of a state are made or given their new program one by one; if one fails, those before it get the old one back.
 */
#ifndef POLC_SERVICES_SERVICE_LINKS_H
#define POLC_SERVICES_SERVICE_LINKS_H

#include <stdbool.h>

#include "instance.h"
#include "service_programs.h"

/* The first ones are those of enum service_program. */
enum service_place { PLACE_XDP_GENERIC = SERVICE_PROGRAMS, SERVICE_PLACES };

struct service_link {
	unsigned int ifindex; /* 0: the cgroup */
	int place;
	bool live;	/* the kernel still has it there */
	bool added;	/* by this change */
	bool wanted;
	__u32 program;	/* id */
	int before;	/* descriptor of the program before this change, or -1 */
};

struct service_links {
	struct service_link *at;
	size_t count;
};

const char *service_place_name(int place);

/* As they are pinned. */
int service_links_read(struct service_links *links, const struct instance *instance);
void service_links_free(struct service_links *links);
struct service_link *service_link_find(const struct service_links *links, unsigned int ifindex, int place);

/* From here on this program runs there. `cgroup`: descriptor. -1, or 1: this place cannot have it (XDP only). */
int service_link_put(struct service_links *links, const struct instance *instance, unsigned int ifindex, int place,
		     int program, int cgroup);
/* Takes it off, if it is there. */
int service_link_drop(struct service_links *links, const struct instance *instance, unsigned int ifindex, int place);
int service_link_remove(const struct instance *instance, struct service_link *link);

/* Before a change: nothing is added, replaced or wanted. */
void service_links_begin(struct service_links *links);
/* Takes the change back. */
void service_links_undo(struct service_links *links, const struct instance *instance);
/* Takes off what is not wanted any more; what cannot be is a problem. */
void service_links_end(struct service_links *links, const struct instance *instance, json_t *problems);

#endif
