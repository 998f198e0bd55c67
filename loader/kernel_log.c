// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "kernel_log.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES 12

static bool show;
/* Of each thread. */
static _Thread_local char words[1024];	/* libbpf's last warning */
static _Thread_local char verifier[4096];	/* the end of the verifier's log */

/* libbpf hands over the verifier's log as one message between two marks. */
#define BEGIN_MARK "-- BEGIN PROG LOAD LOG --\n"
#define END_MARK "-- END PROG LOAD LOG --"

static void keep_verifier(const char *log, const char *end)
{
	const char *at = end;
	int lines = 0;

	while (at > log && lines <= LINES && (size_t)(end - at) < sizeof(verifier) - 1)
		if (*--at == '\n')
			lines++;
	if (*at == '\n')
		at++;
	snprintf(verifier, sizeof(verifier), "%.*s", (int)(end - at), at);
}

static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text, *log, *end;
	int length = vasprintf(&text, format, args);

	if (length < 0)
		return length;
	if (show)
		fputs(text, stderr);
	if (level == LIBBPF_WARN) {
		log = strstr(text, BEGIN_MARK);
		end = log ? strstr(log, END_MARK) : NULL;
		if (end)
			keep_verifier(log + strlen(BEGIN_MARK), end);
		else
			snprintf(words, sizeof(words), "%s", text);
	}
	free(text);
	return length;
}

void kernel_log_start(bool verbose)
{
	show = verbose;
	libbpf_set_print(print);
}

void kernel_log_forget(void)
{
	words[0] = 0;
	verifier[0] = 0;
}

const char *kernel_log_tail(void)
{
	return verifier[0] ? verifier : words;
}
