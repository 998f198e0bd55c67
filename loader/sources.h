/* SPDX-License-Identifier: Apache-2.0 */
/* sources.h: what a pod may send from beside its first addresses. Not of a bank: what a change grants is there before it is
 * in force, and what it takes away goes after.
 */
#ifndef POLC_SOURCES_H
#define POLC_SOURCES_H

#include "map_set.h"
#include "state.h"

int sources_add(const struct map_set *maps, const struct state_pod *pod);
/* Takes away what the interface has beside this; `pod` NULL: all. */
int sources_prune(const struct map_set *maps, unsigned int ifindex, const struct state_pod *pod);

#endif
