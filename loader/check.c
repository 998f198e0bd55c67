// SPDX-License-Identifier: Apache-2.0
/* check.c: whether programs could be loaded here. main.c has looked at the kernel's release and at capabilities before. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "commands.h"
#include "failure.h"

/* A container's seccomp filter or a locked-down kernel refuses the system call itself. */
int command_check(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "polc_check", sizeof(__u32), sizeof(__u32), 1, NULL);

	if (fd < 0)
		return fail_errno(errno, "this machine does not let polc use BPF");
	close(fd);
	puts("{}");
	return 0;
}
