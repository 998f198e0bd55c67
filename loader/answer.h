/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h: what a command that changes an instance says on standard output, one JSON line each. */
#ifndef POLC_ANSWER_H
#define POLC_ANSWER_H

#include "node.h"

/* CLOCK_MONOTONIC */
long long answer_clock_us(void);

/* The generation that is in force now, and how long since `started`. The problems are said, and begin anew. */
json_t *answer_in_force(struct node *node, long long started);

/* Prints and frees it. NULL: out of memory. */
int answer_print(json_t *answer);

#endif
