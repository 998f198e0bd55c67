// SPDX-License-Identifier: Apache-2.0
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"

static int read_all(int fd, const char *path, struct bytes *out)
{
	size_t got = 0;

	while (got < out->size) {
		ssize_t n = read(fd, out->data + got, out->size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(errno, "cannot read %s", path);
		if (!n)
			return fail(NULL, "%s became shorter while it was read", path);
		got += n;
	}
	out->data[got] = 0;
	return 0;
}

int file_read(const char *path, struct bytes *out)
{
	struct stat stat;
	int fd, err;

	*out = (struct bytes){ 0 };
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail_errno(errno, "cannot open %s", path);
	if (fstat(fd, &stat) || !S_ISREG(stat.st_mode)) {
		close(fd);
		return fail(NULL, "%s is not a regular file", path);
	}
	if (stat.st_size > FILE_SIZE_MAX) {
		close(fd);
		return fail(NULL, "%s is larger than %u MiB", path, FILE_SIZE_MAX >> 20);
	}
	out->size = stat.st_size;
	out->data = malloc(out->size + 1);
	err = out->data ? read_all(fd, path, out) : fail(NULL, "out of memory reading %s", path);
	close(fd);
	if (err) {
		free(out->data);
		*out = (struct bytes){ 0 };
	}
	return err;
}
