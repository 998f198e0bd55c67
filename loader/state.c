// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "fields.h"
#include "file.h"
#include "state_check.h"
#include "state_lists.h"
#include "state_pods.h"
#include "state_sizes.h"

static const char *const whole_names[] = { "version",  "kind",	     "generation", "revokes", "shell", "shell_sha256",
					   "sizes",    "settings",   "subjects",   "addresses4", "addresses6", "blocks4",
					   "blocks6",  "steps",	     "rows",	   "pods",	 "sets",       "programs",
					   NULL };
static const char *const delta_names[] = { "version", "kind",	  "generation", "revokes",	"settings", "subjects",
					   "addresses4", "addresses6", "blocks4", "blocks6",	"steps",    "rows",
					   "pods",    "removed",  "sets",	"programs",	"unspecialised",
					   "peers",   NULL };

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

static int read_kind(struct fields *root, struct state *state)
{
	uint32_t version;
	const char *kind;

	if (!json_is_object(root->object))
		return fields_open(root, whole_names);
	if (field_u32(root, "version", STATE_VERSION, STATE_VERSION, &version) || field_string(root, "kind", &kind))
		return -1;
	state->whole = !strcmp(kind, "whole");
	if (!state->whole && strcmp(kind, "delta"))
		return fail(NULL, "%s: kind is neither whole nor delta", root->file);
	return fields_open(root, state->whole ? whole_names : delta_names);
}

static int read_shell(const struct fields *root, struct state *state)
{
	char digest[SHA256_HEX_SIZE], *path;
	int err;

	if (field_string(root, "shell", &state->shell) || field_digest(root, "shell_sha256", &state->shell_sha256))
		return -1;
	path = state_beside(state, state->shell);
	err = path ? file_read(path, &state->shell_bytes) : fail(NULL, "out of memory");
	if (!err) {
		sha256_hex(state->shell_bytes.data, state->shell_bytes.size, digest);
		if (strcmp(digest, state->shell_sha256))
			err = fail("the object is not the one that was built: build the bundle again",
				   "%s has sha256 %s, but shell_sha256 of %s says %s", path, digest, root->file,
				   state->shell_sha256);
	}
	free(path);
	return err;
}

/* In a delta what is left out stays as it is. */
static int read_bytes(const struct fields *root, const struct state *state, const char *name, size_t record,
		      struct bytes *out)
{
	return state->whole || field_given(root, name) ? field_bytes(root, name, record, out) : 0;
}

static int read_data(const struct fields *root, struct state *state)
{
	if (read_bytes(root, state, "subjects", sizeof(struct state_subject), &state->subjects) ||
	    read_bytes(root, state, "addresses4", 4 + sizeof(uint32_t), &state->addresses4) ||
	    read_bytes(root, state, "addresses6", 16 + sizeof(uint32_t), &state->addresses6) ||
	    read_bytes(root, state, "blocks4", sizeof(struct block4), &state->blocks4) ||
	    read_bytes(root, state, "blocks6", sizeof(struct block6), &state->blocks6))
		return -1;
	if (state->whole || field_given(root, "settings"))
		return state_read_settings(root, state);
	return 0;
}

static int read_root(struct state *state, const struct map_sizes *sizes)
{
	struct fields root = { .file = state->path, .object = state->json };

	if (read_kind(&root, state))
		return -1;
	if (!state->whole && !sizes)
		return fail("begin with a whole state", "%s: a delta needs a state before it", state->path);
	if (field_u32(&root, "generation", 1, UINT32_MAX, &state->generation) ||
	    field_bool(&root, "revokes", &state->revokes))
		return -1;
	if (state->whole ? read_shell(&root, state) || state_read_sizes(&root, state) : 0)
		return -1;
	if (read_data(&root, state) || state_read_lists(&root, state) || state_read_pods(&root, state))
		return -1;
	return state_check(state, state->whole ? &state->sizes : sizes);
}

int state_parse(struct state *state, const char *path, const char *text, size_t size, const struct map_sizes *sizes)
{
	json_error_t error;

	*state = (struct state){ .path = path };
	state->json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!state->json)
		return fail(NULL, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	return read_root(state, sizes);
}

int state_read(struct state *state, const char *path)
{
	struct bytes text;
	int err;

	*state = (struct state){ .path = path };
	if (file_read(path, &text))
		return -1;
	err = state_parse(state, path, (const char *)text.data, text.size, NULL);
	free(text.data);
	return err;
}

void state_free(struct state *state)
{
	state_free_lists(state);
	state_free_pods(state);
	free(state->shell_bytes.data);
	free(state->subjects.data);
	free(state->addresses4.data);
	free(state->addresses6.data);
	free(state->blocks4.data);
	free(state->blocks6.data);
	json_decref(state->json);
	*state = (struct state){ 0 };
}
