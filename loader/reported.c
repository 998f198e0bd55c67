// SPDX-License-Identifier: Apache-2.0
#include "reported.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "failure.h"

size_t reported_size(int cpus)
{
	return sizeof(struct reported) + (size_t)cpus * DENIED_CELLS * sizeof(struct reported_run);
}

struct reported_run *reported_run(struct reported *reported, int cpus, __u32 cpu, __u32 cell)
{
	if (cpu >= (__u32)cpus || cell >= DENIED_CELLS)
		return NULL;
	return &reported->runs[(size_t)cpu * DENIED_CELLS + cell];
}

int reported_open(const struct instance *instance, int cpus, struct reported **reported)
{
	size_t size = reported_size(cpus);
	char path[2 * PIN_PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/reported", instance->run);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || ftruncate(fd, size))
		return fail_errno(errno, "cannot open %s", path);
	*reported = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (*reported == MAP_FAILED)
		return fail_errno(errno, "cannot map %s", path);
	if ((*reported)->size != size) {
		memset(*reported, 0, size);
		(*reported)->size = size;
	}
	return 0;
}
