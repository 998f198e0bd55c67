// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "state.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "fields.h"
#include "file.h"
#include "sha256.h"

#define ENTRIES_MAX (1u << 26)
#define RECORD_CLASS_SIZE sizeof(uint32_t)

static const char *const state_names[] = { "version",	 "epoch",      "dispatcher", "config", "sizes",	   "addresses4",
					   "addresses6", "cidrs4",     "cidrs6",     "programs", "pods",   NULL };
static const char *const config_names[] = { "ipv6",	  "audit", "log_allowed", "log_denied", "deny_events_per_second",
					    NULL };
static const char *const size_names[] = { "established", "half_open", "fragments", "events_bytes", NULL };
static const char *const program_names[] = { "profile", "object", "sha256", "subject", "peers", "table", NULL };
static const char *const pod_names[] = { "name", "interface", "program", NULL };

/* A path that the state gives relative to itself. */
static char *beside(const char *state_path, const char *path)
{
	const char *slash = strrchr(state_path, '/');
	char *joined;

	if (path[0] == '/' || !slash)
		return strdup(path);
	if (asprintf(&joined, "%.*s/%s", (int)(slash - state_path), state_path, path) < 0)
		return NULL;
	return joined;
}

static int read_config(const struct fields *root, struct config *config)
{
	bool ipv6, audit, log_allowed, log_denied;
	struct fields fields;

	if (field_object(root, "config", config_names, &fields) || field_bool(&fields, "ipv6", &ipv6) ||
	    field_bool(&fields, "audit", &audit) || field_bool(&fields, "log_allowed", &log_allowed) ||
	    field_bool(&fields, "log_denied", &log_denied) ||
	    field_u32(&fields, "deny_events_per_second", 0, UINT32_MAX, &config->deny_events_per_second))
		return -1;
	config->ipv6 = ipv6;
	config->audit = audit;
	config->log_allowed = log_allowed;
	config->log_denied = log_denied;
	return 0;
}

static int read_sizes(const struct fields *root, struct state_sizes *sizes)
{
	uint32_t page = sysconf(_SC_PAGESIZE);
	struct fields fields;

	if (field_object(root, "sizes", size_names, &fields) ||
	    field_u32(&fields, "established", 1, ENTRIES_MAX, &sizes->established) ||
	    field_u32(&fields, "half_open", 1, ENTRIES_MAX, &sizes->half_open) ||
	    field_u32(&fields, "fragments", 1, ENTRIES_MAX, &sizes->fragments) ||
	    field_u32(&fields, "events_bytes", page, 1u << 30, &sizes->events_bytes))
		return -1;
	if (sizes->events_bytes & (sizes->events_bytes - 1))
		return fail(NULL, "%s: sizes.events_bytes is not a power of two", root->file);
	return 0;
}

/* Prefix lengths stand first in a record. */
static int check_prefixes(const struct fields *root, const char *name, const struct bytes *records, size_t size,
			  uint32_t max)
{
	size_t at;

	for (at = 0; at < records->size; at += size) {
		uint32_t prefix;

		memcpy(&prefix, records->data + at, sizeof(prefix));
		if (prefix > max)
			return fail(NULL, "%s: record %zu of %s has prefix length %u", root->file, at / size, name,
				    prefix);
	}
	return 0;
}

static int read_addresses(const struct fields *root, struct state *state)
{
	const size_t cidr4 = sizeof(struct cidr4_key) + RECORD_CLASS_SIZE;
	const size_t cidr6 = sizeof(struct cidr6_key) + RECORD_CLASS_SIZE;

	if (field_bytes(root, "addresses4", 4 + RECORD_CLASS_SIZE, &state->addresses4) ||
	    field_bytes(root, "addresses6", 16 + RECORD_CLASS_SIZE, &state->addresses6) ||
	    field_bytes(root, "cidrs4", cidr4, &state->cidrs4) || field_bytes(root, "cidrs6", cidr6, &state->cidrs6))
		return -1;
	if (check_prefixes(root, "cidrs4", &state->cidrs4, cidr4, 32))
		return -1;
	return check_prefixes(root, "cidrs6", &state->cidrs6, cidr6, 128);
}

/* Profiles share objects: each file is read once, into a place that does not move. */
static struct state_file *object_file(struct state *state, const char *path)
{
	struct state_file *file = &state->files[state->file_count];
	size_t i;

	file->path = beside(state->path, path);
	if (!file->path) {
		fail(NULL, "out of memory");
		return NULL;
	}
	for (i = 0; i < state->file_count; i++) {
		if (!strcmp(state->files[i].path, file->path)) {
			free(file->path);
			file->path = NULL;
			return &state->files[i];
		}
	}
	state->file_count++;
	return file_read(file->path, &file->bytes) ? NULL : file;
}

static int check_digest(const struct fields *fields, const struct state_file *file, const char *expected)
{
	char digest[SHA256_HEX_SIZE];

	if (strlen(expected) != SHA256_HEX_SIZE - 1 || strspn(expected, "0123456789abcdef") != SHA256_HEX_SIZE - 1)
		return fail(NULL, "%s: %ssha256 is not 64 lower-case hex digits", fields->file, fields->path);
	sha256_hex(file->bytes.data, file->bytes.size, digest);
	if (strcmp(digest, expected))
		return fail("the object is not the one that was built: build the bundle again",
			    "%s has sha256 %s, but %ssha256 of %s says %s", file->path, digest, fields->path,
			    fields->file, expected);
	return 0;
}

static int read_program(const struct fields *root, struct state *state, size_t index)
{
	struct state_program *program = &state->programs[index];
	const char *object, *sha256;
	struct fields fields;

	if (field_element(root, "programs", index, program_names, &fields) ||
	    field_u32(&fields, "profile", 0, UINT32_MAX, &program->profile) ||
	    field_string(&fields, "object", &object) || field_string(&fields, "sha256", &sha256) ||
	    field_bytes(&fields, "subject", 1, &program->subject) || field_bytes(&fields, "peers", 1, &program->peers))
		return -1;
	program->has_table = json_object_get(fields.object, "table");
	if (program->has_table && field_bytes(&fields, "table", 1, &program->table))
		return -1;
	program->object = object_file(state, object);
	if (!program->object)
		return -1;
	return check_digest(&fields, program->object, sha256);
}

static bool interface_name_valid(const char *name)
{
	size_t length = strlen(name), i;

	if (!length || length >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (i = 0; i < length; i++)
		if (name[i] == '/' || name[i] == ':' || isspace((unsigned char)name[i]))
			return false;
	return true;
}

static int read_pod(const struct fields *root, struct state *state, size_t index)
{
	struct state_pod *pod = &state->pods[index];
	struct fields fields;

	if (field_element(root, "pods", index, pod_names, &fields) || field_string(&fields, "name", &pod->name) ||
	    field_string(&fields, "interface", &pod->interface) ||
	    field_u32(&fields, "program", 0, UINT32_MAX, &pod->program))
		return -1;
	if (pod->program >= state->program_count)
		return fail(NULL, "%s: %sprogram is %u, but there are %zu programs", root->file, fields.path,
			    pod->program, state->program_count);
	if (!interface_name_valid(pod->interface))
		return fail(NULL, "%s: %sinterface is not the name of an interface", root->file, fields.path);
	return 0;
}

static int read_lists(const struct fields *root, struct state *state)
{
	json_t *programs, *pods;
	size_t i;

	if (field_array(root, "programs", &programs) || field_array(root, "pods", &pods))
		return -1;
	state->programs = calloc(json_array_size(programs) + 1, sizeof(*state->programs));
	state->files = calloc(json_array_size(programs) + 1, sizeof(*state->files));
	state->pods = calloc(json_array_size(pods) + 1, sizeof(*state->pods));
	if (!state->programs || !state->files || !state->pods)
		return fail(NULL, "out of memory");
	state->program_count = json_array_size(programs);
	for (i = 0; i < state->program_count; i++)
		if (read_program(root, state, i))
			return -1;
	state->pod_count = json_array_size(pods);
	for (i = 0; i < state->pod_count; i++)
		if (read_pod(root, state, i))
			return -1;
	return 0;
}

static int read_root(struct state *state)
{
	struct fields root = { .file = state->path, .object = state->json };
	const char *dispatcher;
	uint32_t version;

	if (fields_open(&root, state_names) || field_u32(&root, "version", 1, 1, &version) ||
	    field_u32(&root, "epoch", 1, UINT32_MAX, &state->epoch) ||
	    field_string(&root, "dispatcher", &dispatcher) || read_config(&root, &state->config) ||
	    read_sizes(&root, &state->sizes) || read_addresses(&root, state))
		return -1;
	state->config.epoch = state->epoch;
	state->dispatcher = beside(state->path, dispatcher);
	if (!state->dispatcher)
		return fail(NULL, "out of memory");
	return read_lists(&root, state);
}

int state_read(struct state *state, const char *path)
{
	json_error_t error;
	struct bytes text;

	*state = (struct state){ .path = path };
	if (file_read(path, &text))
		return -1;
	state->json = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error);
	free(text.data);
	if (!state->json)
		return fail(NULL, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	return read_root(state);
}

void state_free(struct state *state)
{
	size_t i;

	for (i = 0; i < state->program_count; i++) {
		free(state->programs[i].subject.data);
		free(state->programs[i].peers.data);
		free(state->programs[i].table.data);
	}
	for (i = 0; i < state->file_count; i++) {
		free(state->files[i].path);
		free(state->files[i].bytes.data);
	}
	free(state->addresses4.data);
	free(state->addresses6.data);
	free(state->cidrs4.data);
	free(state->cidrs6.data);
	free(state->programs);
	free(state->files);
	free(state->pods);
	free(state->dispatcher);
	json_decref(state->json);
	*state = (struct state){ 0 };
}

int state_find_interfaces(struct state *state)
{
	size_t i, j;

	for (i = 0; i < state->pod_count; i++) {
		struct state_pod *pod = &state->pods[i];

		pod->ifindex = if_nametoindex(pod->interface);
		if (!pod->ifindex)
			return fail("is the pod still there, and is this its node's network namespace?",
				    "pod %s: there is no interface %s", pod->name, pod->interface);
		for (j = 0; j < i; j++)
			if (state->pods[j].ifindex == pod->ifindex)
				return fail(NULL, "pods %s and %s: %s and %s are one interface", state->pods[j].name,
					    pod->name, state->pods[j].interface, pod->interface);
	}
	return 0;
}
