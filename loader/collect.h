/* SPDX-License-Identifier: Apache-2.0 */
/* collect.h: connections and fragments that are over, by the time-outs that the programs go by too. Their places in the maps
 * would else be free only when the map is full.
 */
#ifndef POLC_COLLECT_H
#define POLC_COLLECT_H

#include "map_set.h"

#define COLLECT_SECONDS 30

/* How many entries were deleted. */
size_t collect_expired(const struct map_set *maps);

#endif
