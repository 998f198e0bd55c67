/* SPDX-License-Identifier: Apache-2.0 */
/* line_reader.h: lines of a descriptor, many at a time; standard output is flushed whenever the next line must be waited
 * for, so a peer that waits for its answer gets it.
 */
#ifndef POLC_LINE_READER_H
#define POLC_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_MAX_BYTES (512u << 20)

struct line_reader {
	int fd;
	char *buffer;
	size_t room, start, end;
	size_t looked; /* bytes after `start` that are known to have no line end */
	bool closed;
};

void line_reader_start(struct line_reader *reader, int fd);

/* 1 and a line without its end, valid until the next call; 0 at the end; -1 and errno. Empty lines are skipped. */
int line_reader_next(struct line_reader *reader, const char **line, size_t *length);

/* The same of what has been read: 0 also if more must be read first. */
int line_reader_take(struct line_reader *reader, const char **line, size_t *length);
/* Reads once. -1 and errno; at the end `closed` is set. */
int line_reader_fill(struct line_reader *reader);

/* Gives back what a long line took, if all of it has been taken. */
void line_reader_shrink(struct line_reader *reader);

void line_reader_end(struct line_reader *reader);

#endif
