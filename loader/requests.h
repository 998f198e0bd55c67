/* SPDX-License-Identifier: Apache-2.0 */
/* requests.h: where a `run` command reads its requests, and how it is set up to answer them. */
#ifndef POLC_REQUESTS_H
#define POLC_REQUESTS_H

/* A descriptor of `path`, or of standard input if it is NULL; -1 with a failure recorded. From here on answers are written when
 * the caller flushes them, and the process stays on its CPU: what it asks the kernel about counters and caches is of one CPU.
 */
int requests_open(const char *path);

#endif
