// SPDX-License-Identifier: Apache-2.0
#include "kernel_floor.h"

#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "failure.h"

bool kernel_below_floor(const char *release)
{
	unsigned int major, minor;

	if (sscanf(release, "%u.%u", &major, &minor) != 2)
		return false;
	return major < KERNEL_FLOOR_MAJOR || (major == KERNEL_FLOOR_MAJOR && minor < KERNEL_FLOOR_MINOR);
}

int kernel_floor_check(void)
{
	struct utsname kernel;

	if (uname(&kernel))
		return fail_errno(errno, "cannot tell the kernel's release");
	if (!kernel_below_floor(kernel.release))
		return 0;
	return fail("run it on a machine with a newer kernel", "this kernel is Linux %s, the programs need %d.%d or later",
		    kernel.release, KERNEL_FLOOR_MAJOR, KERNEL_FLOOR_MINOR);
}
