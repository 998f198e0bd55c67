/* SPDX-License-Identifier: Apache-2.0 */
/* grow.h: an instance whose maps are too small for a state moves into larger ones, in place.
 *
 *   1. Maps of another size are made beside and filled with what is in force; the others are shared by old and new.
 *   2. A shell for them is loaded, and every interface's program is replaced: both judge alike, for both hold the same.
 *   3. The directories of the pins are exchanged, and the old one goes.
 * A failure before 3 undoes it. After a crash the old shell is put back: grow_repair().
 */
#ifndef POLC_GROW_H
#define POLC_GROW_H

struct node;
struct state;

int grow(struct node *node, const struct state *state);

/* Before anything else: the pins of a move that did not end go, and what runs on them. */
int grow_repair(struct node *node);

#endif
