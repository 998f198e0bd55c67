/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* keep_apart.h: ends an arm of a branch that calls a helper with a map of its own.
 *
 * Without it clang merges the arms into one call with a variable map. The kernel can then neither inline a look-up nor
 * make a tail call a direct jump: 15 ns a call where retpolines are on.
 */
#ifndef POLC_KEEP_APART_H
#define POLC_KEEP_APART_H

#define KEEP_APART(arm) asm volatile("" : : "i"(arm))

#endif
