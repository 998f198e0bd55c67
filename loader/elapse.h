/* SPDX-License-Identifier: Apache-2.0 */
/* elapse.h: as if time had passed, or as if no packet had ever come: for packets that are judged on no interface. */
#ifndef POLC_ELAPSE_H
#define POLC_ELAPSE_H

#include "map_set.h"

/* Programs know time only by the difference to what an entry says. */
void elapse(const struct map_set *maps, __u32 ticks);

/* Connections and fragments. */
void forget_connections(const struct map_set *maps);

#endif
