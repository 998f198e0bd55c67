// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_SOCKET "/run/polc/agent.sock"
#define DEFAULT_TIMEOUT_MS 5000

/* CNI_ARGS is `KEY=value;KEY=value`. */
static void read_argument(char *to, size_t room, const char *arguments, const char *key)
{
	size_t length = strlen(key), end;

	while (arguments && *arguments) {
		end = strcspn(arguments, ";");
		if (end > length && !strncmp(arguments, key, length) && arguments[length] == '=') {
			snprintf(to, room, "%.*s", (int)(end - length - 1), arguments + length + 1);
			return;
		}
		arguments += end + (arguments[end] == ';');
	}
}

static const char *text_of(const json_t *object, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : otherwise;
}

int sandbox_read(struct sandbox *s, const char **wrong)
{
	const char *arguments = getenv("CNI_ARGS");
	json_t *timeout;

	memset(s, 0, sizeof(*s));
	s->command = getenv("CNI_COMMAND");
	s->id = getenv("CNI_CONTAINERID");
	s->netns = getenv("CNI_NETNS");
	if (!s->command) {
		*wrong = "CNI_COMMAND is not set";
		return -1;
	}
	read_argument(s->name, sizeof(s->name), arguments, "K8S_POD_NAME");
	read_argument(s->namespace, sizeof(s->namespace), arguments, "K8S_POD_NAMESPACE");
	s->config = json_loadf(stdin, 0, NULL);
	if (!json_is_object(s->config)) {
		*wrong = "the configuration on standard input is not JSON";
		return -1;
	}
	s->socket = text_of(s->config, "socket", DEFAULT_SOCKET);
	s->loader = text_of(s->config, "loader", NULL);
	timeout = json_object_get(s->config, "timeoutMilliseconds");
	s->timeout_ms = json_is_integer(timeout) ? (int)json_integer_value(timeout) : DEFAULT_TIMEOUT_MS;
	s->open_without_agent = json_is_true(json_object_get(s->config, "openWithoutAgent"));
	return 0;
}

json_t *sandbox_previous(const struct sandbox *s)
{
	return json_object_get(s->config, "prevResult");
}

/* The last one that is not in the sandbox: bridges come before the pod's own link. */
const char *sandbox_host_interface(const struct sandbox *s)
{
	json_t *interfaces = json_object_get(sandbox_previous(s), "interfaces"), *each;
	const char *found = NULL, *sandbox;
	size_t i;

	json_array_foreach(interfaces, i, each) {
		sandbox = json_string_value(json_object_get(each, "sandbox"));
		if (!sandbox || !*sandbox)
			found = json_string_value(json_object_get(each, "name"));
	}
	return found;
}

json_t *sandbox_addresses(const struct sandbox *s)
{
	json_t *ips = json_object_get(sandbox_previous(s), "ips"), *addresses = json_array(), *each;
	const char *text;
	size_t i;

	json_array_foreach(ips, i, each) {
		text = json_string_value(json_object_get(each, "address"));
		if (text)
			json_array_append_new(addresses, json_stringn(text, strcspn(text, "/")));
	}
	return addresses;
}

const char *sandbox_version(const struct sandbox *s)
{
	return text_of(s->config, "cniVersion", "0.4.0");
}
