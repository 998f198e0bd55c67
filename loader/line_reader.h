/* SPDX-License-Identifier: Apache-2.0 */
/* line_reader.h: lines of a descriptor, many at a time; standard output is flushed whenever the next line must be waited
 * for, so a peer that waits for its answer gets it.
 */
#ifndef POLC_LINE_READER_H
#define POLC_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_MAX_BYTES (1u << 20)

struct line_reader {
	int fd;
	char *buffer;
	size_t start, end;
	bool closed;
};

void line_reader_start(struct line_reader *reader, int fd);

/* 1 and a line without its end, valid until the next call; 0 at the end; -1 and errno. Empty lines are skipped. */
int line_reader_next(struct line_reader *reader, const char **line, size_t *length);

void line_reader_end(struct line_reader *reader);

#endif
