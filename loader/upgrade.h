/* SPDX-License-Identifier: Apache-2.0 */
/* upgrade.h: from the layout of version 1 to this one, in place, with the state that is being applied.
 *
 *   1. New maps hold the state, and the connections, which both sides decide again. Pods that had no dispatcher get the
 *      shell, and have no policy yet: see PENDING.
 *   2. The table that is not in force gets the shell in the slot of every pod of the state.
 *   3. Switch: one store into `active`, and dispatchers lead to the shell; then one into `control`.
 *   4. The shell takes the place of each dispatcher, whose pin gets its name of today. The old maps go.
 * A failure before 3 undoes 1 and 2. After a crash, upgrade_repair() goes on from 4, or begins anew.
 */
#ifndef POLC_UPGRADE_H
#define POLC_UPGRADE_H

#include "legacy.h"

struct node;
struct state;

/* The generation is in force afterwards, but its other bank, and what is gone, is for change_finish(). */
int upgrade(struct node *node, struct legacy *legacy, const struct state *state);

/* Ends what a crash left; `legacy` is then what is still there. */
int upgrade_repair(struct node *node, struct legacy *legacy);

#endif
