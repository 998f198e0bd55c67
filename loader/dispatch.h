/* SPDX-License-Identifier: Apache-2.0 */
/* dispatch.h: the tables from slots to programs, and the one word that says which table is in force. */
#ifndef POLC_DISPATCH_TABLE_H
#define POLC_DISPATCH_TABLE_H

#include "attachment.h"
#include "map_set.h"

/* The epoch in force; 0 if nothing was ever applied. */
int epoch_read(const struct map_set *maps, __u32 *epoch);

/* The commit point: from here on every packet of the instance is judged by `epoch`. */
int epoch_write(const struct map_set *maps, __u32 epoch);

/* Returns when no packet is still judged by what was in force, or attached, before the call. */
void wait_for_packets(void);

__u32 dispatch_slots(const struct map_set *maps);

/* An entry of the table of this epoch's parity. */
int dispatch_set(const struct map_set *maps, __u32 epoch, __u32 slot, enum hook hook, int program);
/* Id of the program there; 0 if none. */
__u32 dispatch_get(const struct map_set *maps, __u32 epoch, __u32 slot, enum hook hook);

/* Empties the entries of all slots of this parity that `keep` does not have; of all slots if `keep` is NULL. */
void dispatch_clear(const struct map_set *maps, __u32 epoch, const struct attachments *keep);

#endif
