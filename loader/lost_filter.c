// SPDX-License-Identifier: Apache-2.0
#include "lost_filter.h"

#include <bpf/bpf.h>
#include <time.h>
#include <unistd.h>

#include "failure.h"
#include "program_id.h"
#include "shell.h"

static bool any_lost(const struct attachments *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->at[i].mode == ATTACH_CLSACT && !list->at[i].live)
			return true;
	return false;
}

/* Programs that nobody has are freed after a while, so it is asked for some time. */
static bool stays_used(__u32 control)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	int tries;

	for (tries = 0; tries < 50; tries++) {
		if (!map_is_used(control))
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

/* What no interface here shows has gone with its interface, or is in another namespace. The programs tell: without pins
 * they live on only if they are attached. Then they are pinned again.
 */
int lost_filters_check(const struct instance *instance, const struct attachments *list)
{
	__u32 control, id[HOOKS];
	struct shell shell;
	int hook;

	if (instance_is_here(instance) || !any_lost(list))
		return 0;
	control = control_id(instance);
	if (!control)
		return 0;
	shell_init(&shell);
	if (shell_open(&shell, instance, LAYOUT))
		failure_forget(); /* a crash left none */
	for (hook = 0; hook < HOOKS; hook++)
		id[hook] = shell.program[hook] < 0 ? 0 : program_id(shell.program[hook]);
	shell_unpin(&shell, instance, LAYOUT);
	if (!stays_used(control))
		return 0;
	for (hook = 0; hook < HOOKS; hook++)
		shell.program[hook] = id[hook] ? bpf_prog_get_fd_by_id(id[hook]) : -1;
	shell_pin(&shell, instance, LAYOUT);
	shell_close(&shell);
	return fail("run in the network namespace that it was applied in",
		    "instance %s is attached in another network namespace", instance->name);
}
