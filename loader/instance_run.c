// SPDX-License-Identifier: Apache-2.0
/* instance_run.c: what an instance has in /run: its locks, and what the reader of events has reported. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "failure.h"
#include "instance.h"

/* Is the locked file still the one at `path`? A detach may have removed it between open and lock. */
static bool same_file(int fd, const char *path)
{
	struct stat held, named;

	return !fstat(fd, &held) && !stat(path, &named) && held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

int instance_lock(const struct instance *instance, const char *file, int seconds, const char *held)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	char path[2 * PIN_PATH_MAX];
	int fd, tries = seconds * 50;

	snprintf(path, sizeof(path), "%s/%s", instance->run, file);
	do {
		if (make_directory("/run/polc") || make_directory(instance->run))
			return -1;
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno != ENOENT)
			return fail_errno(errno, "cannot open %s", path);
		if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB) && same_file(fd, path))
			return fd;
		if (fd >= 0)
			close(fd);
		if (tries)
			nanosleep(&pause, NULL);
	} while (tries-- > 0);
	return fail("wait for it to end, or end it", "%s (%s)", held, path);
}

void instance_remove_run(const struct instance *instance)
{
	static const char *const files[] = { "reported", "events.lock", "hold.lock", "apply.lock" };
	char path[2 * PIN_PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", instance->run, files[i]);
		unlink(path);
	}
	rmdir(instance->run); /* stays if others keep something there */
	rmdir("/run/polc");
}
