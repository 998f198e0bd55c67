// SPDX-License-Identifier: Apache-2.0
#include "line_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void line_reader_start(struct line_reader *reader, int fd)
{
	*reader = (struct line_reader){ .fd = fd, .buffer = malloc(LINE_MAX_BYTES) };
}

void line_reader_end(struct line_reader *reader)
{
	free(reader->buffer);
	reader->buffer = NULL;
}

static int read_more(struct line_reader *reader)
{
	ssize_t got;

	memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
	reader->end -= reader->start;
	reader->start = 0;
	if (reader->end == LINE_MAX_BYTES) {
		errno = EMSGSIZE;
		return -1;
	}
	if (fflush(stdout))
		return -1;
	do {
		got = read(reader->fd, reader->buffer + reader->end, LINE_MAX_BYTES - reader->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -1;
	reader->closed = !got;
	reader->end += got;
	return 0;
}

int line_reader_next(struct line_reader *reader, const char **line, size_t *length)
{
	if (!reader->buffer) {
		errno = ENOMEM;
		return -1;
	}
	for (;;) {
		char *start = reader->buffer + reader->start;
		size_t held = reader->end - reader->start;
		char *newline = memchr(start, '\n', held);

		if (newline || (reader->closed && held)) {
			*line = start;
			*length = newline ? (size_t)(newline - start) : held;
			reader->start += *length + (newline ? 1 : 0);
			if (*length)
				return 1;
		} else if (reader->closed) {
			return 0;
		} else if (read_more(reader)) {
			return -1;
		}
	}
}
