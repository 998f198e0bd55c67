// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "requests.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "failure.h"

#define ANSWER_BYTES (1 << 18)

static void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int requests_open(const char *path)
{
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (fd < 0)
		return fail_errno(errno, "cannot open %s", path);
	stay_on_this_cpu();
	setvbuf(stdout, NULL, _IOFBF, ANSWER_BYTES);
	return fd;
}
