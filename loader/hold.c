// SPDX-License-Identifier: Apache-2.0
/* hold.c: closes interfaces until their pods are described: a pod's first packet finds a program that knows nothing of it
 * but that, and its addresses if they are given: it may answer the node with them, so the kubelet's probes. Runs beside a resident loader, whose lock it does not take: it only adds what is not there.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
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

/* The first address of each family. */
static int read_addresses(char *text, struct pod *pod)
{
	bool has4 = false, has6 = false;
	__u8 address[16];
	char *one;

	while ((one = strsep(&text, ","))) {
		if (inet_pton(AF_INET, one, address) == 1) {
			if (!has4)
				memcpy(&pod->address4, address, sizeof(pod->address4));
			has4 = true;
		} else if (inet_pton(AF_INET6, one, address) == 1) {
			if (!has6)
				memcpy(pod->address6, address, sizeof(pod->address6));
			has6 = true;
		} else {
			return fail("write INTERFACE=ADDRESS,ADDRESS", "'%s' is not an address", one);
		}
	}
	return 0;
}

/* `text`: INTERFACE or INTERFACE=ADDRESS,... */
static int hold(struct holder *h, char *text)
{
	char *interface = strsep(&text, "=");
	unsigned int ifindex = if_nametoindex(interface);
	struct pod pod = { 0 };
	int hook;

	if (!ifindex)
		return fail("is this the node's network namespace?", "there is no interface %s", interface);
	if ((text && read_addresses(text, &pod)) || pods_hold(&h->maps, ifindex, &pod))
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
