/* SPDX-License-Identifier: Apache-2.0 */
/* change.h: from one generation to the next, all or nothing.
 *
 *   change_apply    1. Write the bank that is not in force. Pods that are new get programs, and no policy in the bank in force.
 *                   2. Switch: one 8-byte store. Before it every packet is judged by the old generation, after it by the new.
 *   change_finish   3. When no packet goes by the old bank any more: take off what the change removed, and write the same
 *                      into the other bank, so that the next change finds both equal.
 * A failure before 2 undoes 1. A crash leaves old or new in force, and the next whole state replaces all of the other bank.
 */
#ifndef POLC_CHANGE_H
#define POLC_CHANGE_H

#include "node.h"

int change_apply(struct node *node, const struct state *state);
int change_finish(struct node *node, const struct state *state);

/* A part of the first step. */
int change_write_bank(struct node *node, int bank, const struct state *state);
/* Likewise: the pod's hook has a program, whoever attached it. */
int change_attach(struct node *node, const struct state_pod *pod, enum hook hook);

#endif
