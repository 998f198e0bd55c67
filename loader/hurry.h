/* SPDX-License-Identifier: Apache-2.0 */
/* hurry.h: many interfaces at once. The kernel waits for an RCU grace period with every program that it attaches or detaches
 * by tcx: 250 pods take 8 s. While its knob rcu_expedited is set, it takes 0.3 s.
 */
#ifndef POLC_HURRY_H
#define POLC_HURRY_H

#include <stddef.h>

/* For so many programs; for a few, or where the knob cannot be turned, nothing. The answer is for hurry_end(). */
int hurry_start(size_t programs);

/* It is as before. That is so too if this process is killed: another one waits for that. */
void hurry_end(int hurry);

#endif
