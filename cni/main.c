// SPDX-License-Identifier: Apache-2.0
/* polc-cni: no pod runs before its policy is in force.
 *
 * It stands in a chain twice. As the first plugin it keeps the sandbox from sending anything; as the last it announces the pod
 * to the agent of the node, waits until that says that it is enforced, and lifts the block. Alone at the end of a chain it does
 * the latter.
 *
 * Without an agent the pod's interface is closed by `polc-loader hold` until the agent describes it: only the node itself, so
 * the kubelet's probes, reaches it. Where that is not possible either (nothing was enforced since this machine's start) the
 * pod fails, and the kubelet tries again. `openWithoutAgent` lets it run unenforced instead.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "announce.h"
#include "block.h"
#include "sandbox.h"

#define VERSIONS "{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}"
#define TRY_AGAIN_LATER 11

static int fail(const char *version, const char *message, const char *details)
{
	json_t *error = json_pack("{s:s, s:i, s:s, s:s}", "cniVersion", version, "code", TRY_AGAIN_LATER, "msg", message,
				  "details", details);

	json_dumpf(error, stdout, JSON_COMPACT);
	json_decref(error);
	return 1;
}

static int pass_on(const struct sandbox *s)
{
	json_t *result = sandbox_previous(s) ? json_deep_copy(sandbox_previous(s)) : json_object();

	json_object_set_new(result, "cniVersion", json_string(sandbox_version(s)));
	json_dumpf(result, stdout, JSON_COMPACT);
	json_decref(result);
	return 0;
}

#define HELD_MAX 512

/* INTERFACE=ADDRESS,ADDRESS: with them the pod answers the node, so the kubelet's probes. */
static void describe_held(const struct sandbox *s, const char *interface, char text[HELD_MAX])
{
	size_t length = snprintf(text, HELD_MAX, "%s", interface), i;
	json_t *addresses = sandbox_addresses(s), *each;

	json_array_foreach(addresses, i, each)
		if (length < HELD_MAX)
			length += snprintf(text + length, HELD_MAX - length, "%c%s", i ? ',' : '=', json_string_value(each));
	json_decref(addresses);
}

/* By the configuration: `loader` is the path of polc-loader, `instance` what it is to close. */
static int hold(const struct sandbox *s, const char *interface)
{
	char held[HELD_MAX];
	const char *instance = json_string_value(json_object_get(s->config, "instance"));
	int status = -1;
	pid_t child;

	if (!s->loader || !instance)
		return -1;
	describe_held(s, interface, held);
	child = fork();
	if (!child) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execl(s->loader, s->loader, "hold", "--instance", instance, held, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

static int add_last(const struct sandbox *s)
{
	const char *interface = sandbox_host_interface(s);
	char why[256];

	if (!interface)
		return fail(sandbox_version(s), "polc: the chain made no interface on the node",
			    "put polc-cni after a plugin that joins pods by veth pairs");
	if (announce(s, interface, why) != ANNOUNCED_ENFORCED && !s->open_without_agent && hold(s, interface))
		return fail(sandbox_version(s), "polc: the pod cannot be enforced yet", why);
	lift_block(s->id);
	return pass_on(s);
}

static int add(const struct sandbox *s)
{
	if (!*s->name || !s->netns || !s->id)
		return pass_on(s); /* no pod */
	if (sandbox_previous(s))
		return add_last(s);
	if (block_sandbox(s->netns, s->id))
		fprintf(stderr, "polc-cni: the sandbox is not blocked while it is made: %s\n", strerror(errno));
	return pass_on(s);
}

int main(void)
{
	struct sandbox sandbox;
	const char *wrong;
	int status = 0;

	if (sandbox_read(&sandbox, &wrong))
		return fail("0.4.0", "polc: the plugin was called wrongly", wrong);
	if (!strcmp(sandbox.command, "VERSION"))
		puts(VERSIONS);
	else if (!strcmp(sandbox.command, "ADD"))
		status = add(&sandbox);
	else if (!strcmp(sandbox.command, "DEL") && sandbox.id)
		lift_block(sandbox.id);
	json_decref(sandbox.config);
	return status;
}
