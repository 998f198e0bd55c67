/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_floor.h: refuses, before anything is loaded, kernels that are known not to load the programs. */
#ifndef POLC_KERNEL_FLOOR_H
#define POLC_KERNEL_FLOOR_H

#include <stdbool.h>

/* docs/systems.md has what was tried. */
#define KERNEL_FLOOR_MAJOR 6
#define KERNEL_FLOOR_MINOR 1

/* Is `release`, as uname -r prints it, below the floor? What does not begin with two numbers is not known to be. */
bool kernel_below_floor(const char *release);

/* Returns 0, or -1 with a failure recorded that names this kernel's release. */
int kernel_floor_check(void);

#endif
