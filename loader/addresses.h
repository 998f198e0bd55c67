/* SPDX-License-Identifier: Apache-2.0 */
/* addresses.h: the classes of single addresses. An entry holds those of both banks: only the half of the bank that is
 * written changes, and an entry that neither bank has any more is deleted.
 */
#ifndef POLC_ADDRESSES_H
#define POLC_ADDRESSES_H

#include "map_set.h"
#include "state.h"

/* A whole state replaces what the bank has, a delta changes it. */
int addresses_write(const struct map_set *maps, int bank, const struct state *state);
/* Afterwards both banks have the same. */
int addresses_copy(const struct map_set *maps, int from, int to);

#endif
