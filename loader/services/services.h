/* SPDX-License-Identifier: Apache-2.0 */
/* services.h: the services of an instance, from one generation to the next.
 *
 *   whole state   New tables beside the old ones, filled, and new programs for them; flows stay. Then the links get the new
 *                 programs one by one, and the new tables the old ones' name. Killed between two of these, some links go by the
 *                 old services and some by the new ones, all by the same flows; the next whole state finds either.
 *   change        In place: see enforce.h. It is in force when services_change() returns; services_finish() waits until no
 *                 packet goes by what was before, and frees that.
 * A failure leaves what was in force.
 */
#ifndef POLC_SERVICES_SERVICES_H
#define POLC_SERVICES_SERVICES_H

#include <jansson.h>

#include "service_links.h"
#include "service_programs.h"
#include "tables.h"

struct services {
	const struct instance *instance;
	struct tables tables;
	struct service_programs programs;
	struct service_links links;
	struct pod_item *pods; /* with their interfaces, which have names of their own */
	size_t pod_count;
	json_t *problems;   /* since they were last told */
	bool whole;	    /* the last change was one: links may be left over */
	bool unfinished;
	bool damaged;	    /* a change was written in part: only a whole state helps */
};

void services_init(struct services *services, const struct instance *instance);
void services_close(struct services *services);

/* A first one that fails leaves nothing. */
int services_whole(struct services *services, struct wanted *wanted);
int services_change(struct services *services, struct wanted *wanted);
void services_finish(struct services *services);

/* Takes all away, in whatever state it is. */
int services_remove(const struct instance *instance);

/* What a command says of what is in force; problems are told once. */
json_t *services_answer(struct services *services, long long started);

/* Where pods, links and the cgroup get programs. */
int services_attach(struct services *services, const struct wanted *wanted);
int services_attach_pods(struct services *services, const struct pod_item *pods, size_t count);

/* Known pods, by their interface's name. */
int services_keep_pods(struct services *services, const struct wanted *wanted);
void services_free_pods(struct services *services);
/* Takes the links of what a change removes. */
void services_detach_pods(struct services *services, const struct wanted *wanted);

#endif
