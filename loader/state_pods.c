// SPDX-License-Identifier: Apache-2.0
#include "state_pods.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

static const char *const pod_names[] = { "name", "interface", "subject", "addresses", "sources", "netns", NULL };

bool interface_name_valid(const char *name)
{
	size_t length = strlen(name), i;

	if (!length || length >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (i = 0; i < length; i++)
		if (name[i] == '/' || name[i] == ':' || isspace((unsigned char)name[i]))
			return false;
	return true;
}

bool parse_block(const char *text, bool cidr, struct state_block *block)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text), bit;
	unsigned long bits;
	char *end;

	*block = (struct state_block){ .family = strchr(text, ':') ? 6 : 4 };
	if (!slash != !cidr || length >= sizeof(address))
		return false;
	snprintf(address, sizeof(address), "%.*s", (int)length, text);
	if (inet_pton(block->family == 4 ? AF_INET : AF_INET6, address, block->address) != 1)
		return false;
	bits = block->family == 4 ? 32 : 128;
	block->length = bits;
	if (!slash)
		return true;
	if (!isdigit((unsigned char)slash[1]) || strlen(slash) > 4 || strtoul(slash + 1, &end, 10) > bits || *end)
		return false;
	block->length = strtoul(slash + 1, NULL, 10);
	for (bit = block->length; bit < bits; bit++)
		if (block->address[bit / 8] & 0x80 >> bit % 8)
			return false;
	return true;
}

/* The first address of each family stands with the pod, the others are further sources. */
static void add_address(struct state_pod *pod, const struct state_block *block, bool own)
{
	if (own && block->family == 4 && !pod->address4)
		memcpy(&pod->address4, block->address, sizeof(pod->address4));
	else if (own && block->family == 6 && !pod->address6[0] && !pod->address6[1])
		memcpy(pod->address6, block->address, sizeof(pod->address6));
	else
		pod->sources[pod->source_count++] = *block;
}

static int read_blocks(const struct fields *fields, const char *name, bool cidr, struct state_pod *pod)
{
	struct state_block block;
	json_t *array = json_object_get(fields->object, name), *value;
	size_t i;

	json_array_foreach(array, i, value) {
		if (!json_is_string(value) || !parse_block(json_string_value(value), cidr, &block))
			return fail(NULL, "%s: %s%s[%zu] is not %s", fields->file, fields->path, name, i,
				    cidr ? "a block of addresses" : "an address");
		add_address(pod, &block, !cidr);
	}
	return 0;
}

static int read_addresses(const struct fields *fields, struct state_pod *pod)
{
	json_t *addresses, *sources;

	if (field_array(fields, "addresses", &addresses) || field_array(fields, "sources", &sources))
		return -1;
	pod->sources = calloc(json_array_size(addresses) + json_array_size(sources) + 1, sizeof(*pod->sources));
	if (!pod->sources)
		return fail(NULL, "out of memory");
	return read_blocks(fields, "addresses", false, pod) || read_blocks(fields, "sources", true, pod) ? -1 : 0;
}

static int read_pod(const struct fields *root, struct state *state, size_t index)
{
	struct state_pod *pod = &state->pods[index];
	struct fields fields;

	if (field_element(root, "pods", index, pod_names, &fields) || field_string(&fields, "name", &pod->name) ||
	    field_string(&fields, "interface", &pod->interface) || read_addresses(&fields, pod))
		return -1;
	if (!interface_name_valid(pod->interface))
		return fail(NULL, "%s: %sinterface is not the name of an interface", root->file, fields.path);
	if (field_given(&fields, "netns") && field_string(&fields, "netns", &pod->netns))
		return -1;
	pod->subject = SUBJECT_NONE;
	return json_is_null(json_object_get(fields.object, "subject")) ?
		       0 :
		       field_u32(&fields, "subject", 0, UINT32_MAX - BANKS, &pod->subject);
}

static int read_removed(const struct fields *root, struct state *state)
{
	json_t *array, *value;
	size_t i;

	if (state->whole || !field_given(root, "removed"))
		return 0;
	if (field_array(root, "removed", &array))
		return -1;
	state->removed = calloc(json_array_size(array) + 1, sizeof(*state->removed));
	if (!state->removed)
		return fail(NULL, "out of memory");
	json_array_foreach(array, i, value) {
		if (!json_is_string(value) || !interface_name_valid(json_string_value(value)))
			return fail(NULL, "%s: removed[%zu] is not the name of an interface", root->file, i);
		state->removed[state->removed_count++] = json_string_value(value);
	}
	return 0;
}

static int check_twins(const struct state *state)
{
	size_t i, j;

	for (i = 0; i < state->pod_count; i++) {
		for (j = 0; j < i; j++)
			if (!strcmp(state->pods[i].interface, state->pods[j].interface))
				return fail(NULL, "pods %s and %s: both have the interface %s", state->pods[j].name,
					    state->pods[i].name, state->pods[i].interface);
		for (j = 0; j < state->removed_count; j++)
			if (!strcmp(state->pods[i].interface, state->removed[j]))
				return fail(NULL, "%s: the interface %s is removed, and pod %s has it", state->path,
					    state->removed[j], state->pods[i].name);
	}
	return 0;
}

int state_read_pods(const struct fields *root, struct state *state)
{
	json_t *pods;
	size_t i;

	if (state->whole || field_given(root, "pods")) {
		if (field_array(root, "pods", &pods))
			return -1;
		state->pods = calloc(json_array_size(pods) + 1, sizeof(*state->pods));
		if (!state->pods)
			return fail(NULL, "out of memory");
		state->pod_count = json_array_size(pods);
	}
	for (i = 0; i < state->pod_count; i++)
		if (read_pod(root, state, i))
			return -1;
	return read_removed(root, state) ? -1 : check_twins(state);
}

void state_free_pods(struct state *state)
{
	size_t i;

	for (i = 0; i < state->pod_count; i++)
		free(state->pods[i].sources);
	free(state->pods);
	free(state->removed);
}
