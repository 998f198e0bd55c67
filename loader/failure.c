// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of each thread. */
static _Thread_local char *message;
static _Thread_local const char *help_line;
static _Thread_local const char *code_word;

static void record(const char *help, char *text)
{
	if (message) {
		free(text);
		return;
	}
	message = text;
	help_line = help;
}

/* NULL if memory is out. */
static char *formatted(const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : text;
}

int fail(const char *help, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(help, formatted(format, args));
	va_end(args);
	return -1;
}

int fail_as(const char *code, const char *help, const char *format, ...)
{
	va_list args;

	if (!message)
		code_word = code;
	va_start(args, format);
	record(help, formatted(format, args));
	va_end(args);
	return -1;
}

int fail_code(const char *code)
{
	if (!code_word)
		code_word = code;
	return -1;
}

bool failure_has_code(const char *code)
{
	return code_word && !strcmp(code_word, code);
}

int fail_errno(int error, const char *format, ...)
{
	const char *help = NULL;
	char *what, *text = NULL;
	va_list args;

	if (error == EPERM || error == EACCES)
		help = "run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON in the initial user namespace";
	va_start(args, format);
	what = formatted(format, args);
	va_end(args);
	if (asprintf(&text, "%s: %s", what ? what : "failed", strerror(error)) < 0)
		text = NULL;
	free(what);
	record(help, text);
	return -1;
}

/* A JSON string of text that may hold any bytes: kernel logs are not known to be UTF-8. */
static json_t *printable(const char *text)
{
	json_t *string = json_string(text);
	char *copy, *at;

	if (string)
		return string;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (at = copy; *at; at++)
		if (*at & 0x80)
			*at = '?';
	string = json_string(copy);
	free(copy);
	return string;
}

void failure_forget(void)
{
	free(message);
	message = NULL;
	help_line = NULL;
	code_word = NULL;
}

json_t *failure_take(void)
{
	json_t *line = json_object();

	json_object_set_new(line, "error", printable(message ? message : "out of memory"));
	if (help_line)
		json_object_set_new(line, "help", json_string(help_line));
	failure_forget();
	return line;
}

json_t *failure_take_coded(const char *code)
{
	json_t *error = json_pack("{s:s, s:o}", "code", code_word ? code_word : code, "message",
				  printable(message ? message : "out of memory"));

	if (help_line)
		json_object_set_new(error, "help", json_string(help_line));
	failure_forget();
	return json_pack("{s:o}", "error", error);
}

void failure_print(void)
{
	json_t *line = failure_take();

	json_dumpf(line, stderr, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', stderr);
	json_decref(line);
}

void problem(json_t *problems, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	text = formatted(format, args);
	va_end(args);
	if (text)
		json_array_append_new(problems, printable(text));
	free(text);
}

void problem_of_failure(json_t *problems, const char *format, ...)
{
	char *what;
	va_list args;

	va_start(args, format);
	what = formatted(format, args);
	va_end(args);
	problem(problems, "%s: %s", what ? what : "failed", message ? message : "out of memory");
	free(what);
	failure_forget();
}
