/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.h: what a runtime tells of a pod's sandbox, by the variables and the JSON of the CNI specification. */
#ifndef POLC_CNI_SANDBOX_H
#define POLC_CNI_SANDBOX_H

#include <jansson.h>
#include <stdbool.h>

struct sandbox {
	const char *command, *id, *netns;
	char name[256], namespace[256]; /* of the pod; empty: this is no pod */
	json_t *config;
	/* From the configuration. */
	const char *socket, *loader;
	int timeout_ms;
	bool open_without_agent;
};

/* -1: `wrong` says what is. */
int sandbox_read(struct sandbox *sandbox, const char **wrong);
/* The result of the plugins before this one; NULL: this is the first. */
json_t *sandbox_previous(const struct sandbox *sandbox);
/* The node's end of the sandbox's link, by the result; NULL: it names none. */
const char *sandbox_host_interface(const struct sandbox *sandbox);
/* A new list of addresses, without their prefix lengths. */
json_t *sandbox_addresses(const struct sandbox *sandbox);
const char *sandbox_version(const struct sandbox *sandbox);

#endif
