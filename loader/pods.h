/* SPDX-License-Identifier: Apache-2.0 */
/* pods.h: what the programs know of each pod of this node, by its interface. Only the half of an entry that belongs to the
 * bank being written changes, and what does not depend on policy: addresses, namespace, further sources.
 */
#ifndef POLC_PODS_H
#define POLC_PODS_H

#include <jansson.h>

#include "map_set.h"
#include "state.h"

/* Looks up every pod's interface in this network namespace. A missing one is a problem; a failure if all are missing. */
int pods_find_interfaces(struct state *state, json_t *problems);
const struct state_pod *pod_of(const struct state *state, unsigned int ifindex);

int pods_write(const struct map_set *maps, int bank, const struct state *state);
/* No policy selects it any more. */
int pods_clear(const struct map_set *maps, int bank, unsigned int ifindex);
/* Afterwards both banks have the same. */
int pods_copy(const struct map_set *maps, int from, int to);
/* Closed in both banks, unless it is known. */
int pods_hold(const struct map_set *maps, unsigned int ifindex, const struct pod *addresses);
/* Nothing must be attached there any more. */
int pods_forget(const struct map_set *maps, unsigned int ifindex);

/* What it is in this bank: a subject, SUBJECT_NONE or SUBJECT_CLOSED; SUBJECT_NONE if it is not known. */
__u32 pods_subject(const struct map_set *maps, unsigned int ifindex, int bank);
/* The interfaces of all entries, to be freed; NULL: it failed. */
__u32 *pods_list(const struct map_set *maps, size_t *count);

#endif
