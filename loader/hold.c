// SPDX-License-Identifier: Apache-2.0
/* hold.c: closes interfaces until their pods are described: a pod's first packet finds a program that knows nothing of it
 * but that. Runs beside a resident loader, whose lock it does not take: it only adds what is not there.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>

#include "answer.h"
#include "attachments.h"
#include "commands.h"
#include "failure.h"
#include "pods.h"
#include "shell.h"

#define LOCK_SECONDS 10

struct holder {
	const struct instance *instance;
	enum attach_mode mode;
	struct map_set maps;
	struct shell shell;
	__u32 control;
};

static int attach_hook(struct holder *h, unsigned int ifindex, enum hook hook)
{
	struct attachment at = { .ifindex = ifindex, .hook = hook };

	if (attachment_adopt(h->instance, h->control, &at) || !attach(h->instance, &at, &h->mode, h->shell.program[hook]))
		return 0;
	/* The resident loader may have been faster. */
	if (!attachment_adopt(h->instance, h->control, &at))
		return -1;
	failure_forget();
	return 0;
}

static int hold(struct holder *h, const char *interface)
{
	unsigned int ifindex = if_nametoindex(interface);
	int hook;

	if (!ifindex)
		return fail("is this the node's network namespace?", "there is no interface %s", interface);
	if (pods_hold(&h->maps, ifindex))
		return -1;
	for (hook = 0; hook < HOOKS; hook++)
		if (attach_hook(h, ifindex, hook))
			return -1;
	return 0;
}

static int open_instance(struct holder *h)
{
	if (!instance_has(h->instance, LAYOUT "/control"))
		return fail("apply a state first", "there is no instance %s", h->instance->name);
	if (!instance_is_here(h->instance))
		return fail("run in its network namespace", "instance %s belongs to another network namespace",
			    h->instance->name);
	h->control = control_id(h->instance);
	return map_set_open(&h->maps, h->instance, LAYOUT) || shell_open(&h->shell, h->instance, LAYOUT) ? -1 : 0;
}

int command_hold(const struct instance *instance, char **interfaces, int count, enum attach_mode mode)
{
	int lock = instance_lock(instance, "hold.lock", LOCK_SECONDS, "another command holds interfaces"), err, i;
	struct holder holder = { .instance = instance, .mode = mode };

	map_set_init(&holder.maps);
	shell_init(&holder.shell);
	err = lock < 0 ? -1 : open_instance(&holder);
	for (i = 0; i < count && !err; i++)
		err = hold(&holder, interfaces[i]);
	if (!err)
		err = answer_print(json_pack("{s:s, s:i}", "instance", instance->name, "held", count));
	shell_close(&holder.shell);
	map_set_close(&holder.maps);
	if (lock >= 0)
		close(lock);
	return err;
}
