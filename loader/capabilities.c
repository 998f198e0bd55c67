// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failure.h"

static bool has(const struct __user_cap_data_struct *data, int capability)
{
	return data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

int capabilities_check(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const char *missing = NULL;

	if (syscall(SYS_capget, &header, data))
		return fail_errno(errno, "cannot read this process's capabilities");
	/* CAP_SYS_ADMIN holds what CAP_BPF and CAP_PERFMON were split from. */
	if (!has(data, CAP_BPF) && !has(data, CAP_SYS_ADMIN))
		missing = "CAP_BPF";
	else if (!has(data, CAP_PERFMON) && !has(data, CAP_SYS_ADMIN))
		missing = "CAP_PERFMON";
	else if (!has(data, CAP_NET_ADMIN))
		missing = "CAP_NET_ADMIN";
	if (!missing)
		return 0;
	return fail("run it as root", "this process lacks %s", missing);
}
