/* SPDX-License-Identifier: Apache-2.0 */
/* failure.h: how a command fails: one JSON line {"error","help"} on stderr.
 *
 * A function that can fail returns 0 or -1; who notices the failure says what it means to the user, once. The first
 * failure is the one that is printed: what goes wrong while undoing does not hide why it was undone.
 */
#ifndef POLC_FAILURE_H
#define POLC_FAILURE_H

#include <jansson.h>
#include <stdbool.h>

/* Records the failure and returns -1. `help` says what to do, or is NULL. */
int fail(const char *help, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* fail() for a system call's error (positive errno); EPERM names the missing capabilities. */
int fail_errno(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* fail() with a code that programs go by. */
int fail_as(const char *code, const char *help, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Gives the recorded failure this code, unless it has one; returns -1. */
int fail_code(const char *code);
/* Has the recorded failure this code? */
bool failure_has_code(const char *code);

/* Prints the recorded failure. */
void failure_print(void);

/* Adds a line to a list of problems: what does not stop the command but should be known. */
void problem(json_t *problems, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of a failure that was recorded and stops nothing: it is forgotten, what it said follows the line. */
void problem_of_failure(json_t *problems, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As if it had not been recorded. */
void failure_forget(void);

/* {"error","help"} of the recorded failure, which is forgotten. */
json_t *failure_take(void);

/* {"error":{"code","message","help"}} instead; `code` is the one of a failure that has none. */
json_t *failure_take_coded(const char *code);

#endif
