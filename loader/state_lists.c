// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "state_lists.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "file.h"
#include "sha256.h"

static const char *const program_names[] = { "profile", "object", "sha256", "subject", "peers", "table", NULL };
static const char *const pod_names[] = { "name", "interface", "program", NULL };

char *state_beside(const struct state *state, const char *path)
{
	const char *slash = strrchr(state->path, '/');
	char *joined;

	if (path[0] == '/' || !slash)
		return strdup(path);
	if (asprintf(&joined, "%.*s/%s", (int)(slash - state->path), state->path, path) < 0)
		return NULL;
	return joined;
}

/* Profiles share objects: each file is read once, into a place that does not move. */
static struct state_file *object_file(struct state *state, const char *path)
{
	struct state_file *file = &state->files[state->file_count];
	size_t i;

	file->path = state_beside(state, path);
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

int state_read_lists(const struct fields *root, struct state *state)
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

int state_find_interfaces(struct state *state, json_t *problems)
{
	size_t i, j, missing = 0;

	for (i = 0; i < state->pod_count; i++) {
		struct state_pod *pod = &state->pods[i];

		pod->ifindex = if_nametoindex(pod->interface);
		if (!pod->ifindex) {
			problem(problems, "pod %s: there is no interface %s, so nothing is enforced on it", pod->name,
				pod->interface);
			missing++;
			continue;
		}
		for (j = 0; j < i; j++)
			if (state->pods[j].ifindex == pod->ifindex)
				return fail(NULL, "pods %s and %s: %s and %s are one interface", state->pods[j].name,
					    pod->name, state->pods[j].interface, pod->interface);
	}
	if (missing && missing == state->pod_count)
		return fail("is this the node's network namespace?", "none of the %zu pods has its interface here, such as %s",
			    missing, state->pods[0].interface);
	return 0;
}
