/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* keep_apart.h: keeps clang from merging what the kernel must see apart.
 *   KEEP_APART(arm)        ends an arm of a branch that calls a helper with a map of its own
 *   KEEP_BOTH_READ(a, b)   stands between the reads of two values and the choice of one
 *   KEEP_TAKEN(argument)   makes a global function take an argument, even if this policy set needs it for nothing
 *   KEEP_CHECKS_APART(v)   stands between the check of a value's lower bound and that of its upper one
 *
 * Without KEEP_APART clang merges the arms into one call with a variable map. The kernel can then neither inline a
 * look-up nor make a tail call a direct jump: 15 ns a call where retpolines are on.
 *
 * Without KEEP_BOTH_READ clang 19 and later read once, from a chosen address. They make that address by OR, since the
 * stack is aligned, and the verifier refuses OR on a pointer.
 *
 * Without KEEP_TAKEN clang 19 and later leave the register of such an argument as it happens to be, and the verifier, which
 * knows of a global function no more than its type, refuses the call.
 *
 * Without KEEP_CHECKS_APART clang 19 checks both bounds by one compare of another value, from which the verifier learns
 * nothing of this one.
 */
#ifndef POLC_KEEP_APART_H
#define POLC_KEEP_APART_H

#define KEEP_APART(arm) asm volatile("" : : "i"(arm))
#define KEEP_BOTH_READ(a, b) asm volatile("" : "+r"(a), "+r"(b))
#define KEEP_CHECKS_APART(value) asm volatile("" : "+r"(value))
#define KEEP_TAKEN(argument) asm volatile("" : : "r"(argument))

#endif
