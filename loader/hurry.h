/* SPDX-License-Identifier: Apache-2.0 */
/* hurry.h: pods that come and go. The kernel waits for an RCU grace period with every program that it attaches or detaches by
 * tcx: a pod takes 30 ms, 250 pods 8 s. While the kernel's knob rcu_expedited is set, they take 1 ms and 0.2 s. Adding the
 * pod's interface itself waits for expedited grace periods only.
 */
#ifndef POLC_HURRY_H
#define POLC_HURRY_H

#include <stddef.h>

/* For so many programs; for none, or where the knob cannot be turned, nothing. The answer is for hurry_end(). */
int hurry_start(size_t programs);

/* It is as before. That is so too if this process is killed: another one waits for that. */
void hurry_end(int hurry);

#endif
