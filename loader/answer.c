// SPDX-License-Identifier: Apache-2.0
#include "answer.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "control.h"
#include "failure.h"

long long answer_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

json_t *answer_in_force(struct node *node, long long started)
{
	__u64 now = banks_now(&node->banks);
	json_t *answer = json_pack("{s:s, s:I, s:I, s:I, s:s?, s:I, s:I, s:O}", "instance", node->instance->name,
				   "generation", (json_int_t)generation_of(now), "epoch", (json_int_t)epoch_of(now),
				   "in_force_us", (json_int_t)(answer_clock_us() - started), "attach",
				   attachments_mode(&node->attachments), "hooks", (json_int_t)node->attachments.count,
				   "attached", (json_int_t)node->added, "problems", node->problems);

	json_decref(node->problems);
	node->problems = json_array();
	node->added = 0;
	return answer;
}

int answer_print(json_t *answer)
{
	if (!answer)
		return fail(NULL, "out of memory");
	json_dumpf(answer, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(answer);
	return fflush(stdout) ? fail_errno(errno, "cannot print") : 0;
}
