// SPDX-License-Identifier: Apache-2.0
#include "line_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM_FIRST (1u << 16)
#define ROOM_KEPT (1u << 22)

void line_reader_start(struct line_reader *reader, int fd)
{
	*reader = (struct line_reader){ .fd = fd };
}

void line_reader_end(struct line_reader *reader)
{
	free(reader->buffer);
	reader->buffer = NULL;
}

void line_reader_shrink(struct line_reader *reader)
{
	if (reader->start < reader->end || reader->room <= ROOM_KEPT)
		return;
	line_reader_end(reader);
	reader->room = reader->start = reader->end = reader->looked = 0;
}

static int make_room(struct line_reader *reader)
{
	size_t room = reader->room ? 2 * reader->room : ROOM_FIRST;
	char *grown;

	if (reader->start) {
		memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
		reader->end -= reader->start;
		reader->start = 0;
	}
	if (reader->end < reader->room)
		return 0;
	if (room > LINE_MAX_BYTES) {
		errno = EMSGSIZE;
		return -1;
	}
	grown = realloc(reader->buffer, room);
	if (!grown)
		return -1;
	reader->buffer = grown;
	reader->room = room;
	return 0;
}

int line_reader_fill(struct line_reader *reader)
{
	ssize_t got;

	if (fflush(stdout) || make_room(reader))
		return -1;
	do {
		got = read(reader->fd, reader->buffer + reader->end, reader->room - reader->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -1;
	reader->closed = !got;
	reader->end += got;
	return 0;
}

int line_reader_take(struct line_reader *reader, const char **line, size_t *length)
{
	for (;;) {
		char *start = reader->buffer + reader->start, *newline;
		size_t held = reader->end - reader->start;

		newline = held > reader->looked ? memchr(start + reader->looked, '\n', held - reader->looked) : NULL;
		if (!newline && !(reader->closed && held)) {
			reader->looked = held;
			return 0;
		}
		*line = start;
		*length = newline ? (size_t)(newline - start) : held;
		reader->start += *length + (newline ? 1 : 0);
		reader->looked = 0;
		if (*length)
			return 1;
	}
}

int line_reader_next(struct line_reader *reader, const char **line, size_t *length)
{
	while (!line_reader_take(reader, line, length)) {
		if (reader->closed)
			return 0;
		if (line_reader_fill(reader))
			return -1;
	}
	return 1;
}
