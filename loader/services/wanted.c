// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "wanted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "fields.h"
#include "file.h"
#include "sha256.h"
#include "wanted_config.h"
#include "wanted_items.h"

static const char *const whole_names[] = { "kind",	"version", "generation", "whole",	"objects",   "config",
					   "capacity",	"links",   "pods",	 "cgroup",	"destinations",
					   "endpoints", "sets",	   "ports",	 "frontends",	"sourceRanges", NULL };
static const char *const delta_names[] = { "kind", "version", "generation", "whole", "pods", "destinations", "endpoints",
					   "sets", "ports",   "frontends",  "sourceRanges", NULL };
static const char *const object_names[SERVICE_OBJECTS + 1] = { "tc", "xdp", "socket", NULL };

const char *const capacity_names[CAPACITIES + 1] = { "ports",	     "sets", "members",	     "endpoints", "frontends",
						     "destinations", "rows", "sourceRanges", NULL };

/* A path in a state's file is one beside it. */
static char *beside(const char *state, const char *path)
{
	const char *slash = strrchr(state, '/');
	char *joined;

	if (path[0] == '/' || !slash)
		return strdup(path);
	return asprintf(&joined, "%.*s/%s", (int)(slash - state), state, path) < 0 ? NULL : joined;
}

static int read_object(const struct fields *objects, const char *name, struct object_item *object)
{
	static const char *const names[] = { "path", "sha256", NULL };
	char digest[SHA256_HEX_SIZE], *path;
	struct fields fields;
	const char *sha256;
	int err;

	if (field_object(objects, name, names, &fields) || field_string(&fields, "path", &object->path) ||
	    field_string(&fields, "sha256", &sha256))
		return -1;
	path = beside(objects->file, object->path);
	err = path ? file_read(path, &object->bytes) : fail(NULL, "out of memory");
	free(path);
	if (err)
		return -1;
	sha256_hex(object->bytes.data, object->bytes.size, digest);
	return strcmp(digest, sha256) ? fail("the object is not the one that was built: build it again",
					     "%s: objects.%s: %s has sha256 %s, not %s", objects->file, name,
					     object->path, digest, sha256) :
					0;
}

static int read_objects(const struct fields *root, struct wanted *wanted)
{
	struct fields objects;
	int i;

	if (field_object(root, "objects", object_names, &objects))
		return -1;
	for (i = 0; i < SERVICE_OBJECTS; i++)
		if ((i == OBJECT_TC || field_given(&objects, object_names[i])) &&
		    read_object(&objects, object_names[i], &wanted->objects[i]))
			return -1;
	return 0;
}

static int read_capacity(const struct fields *root, struct wanted *wanted)
{
	struct fields capacity;
	int i;

	if (!field_given(root, "capacity"))
		return 0;
	if (field_object(root, "capacity", capacity_names, &capacity))
		return -1;
	for (i = 0; i < CAPACITIES; i++)
		if (field_given(&capacity, capacity_names[i]) &&
		    field_u32(&capacity, capacity_names[i], 1,
			      i == CAPACITY_ROWS ? ROWS_IN_SEGMENT * SEGMENTS : 1u << 24, &wanted->capacity[i]))
			return -1;
	return 0;
}

/* Each hook has its program's object. */
static int check_objects(const struct wanted *wanted)
{
	size_t i;

	if (wanted->cgroup && !wanted->objects[OBJECT_SOCKET].path)
		return fail(NULL, "%s: there is a cgroup, but no objects.socket", wanted->path);
	for (i = 0; i < wanted->link_count; i++)
		if (wanted->links[i].hook != LINK_TC && !wanted->objects[OBJECT_XDP].path)
			return fail(NULL, "%s: links[%zu].hook is not tc, but there is no objects.xdp", wanted->path, i);
	return 0;
}

static int read_whole(const struct fields *root, struct wanted *wanted)
{
	if (read_objects(root, wanted) || wanted_read_config(root, &wanted->config) || read_capacity(root, wanted) ||
	    wanted_read_links(root, wanted))
		return -1;
	if (field_given(root, "cgroup") && field_string(root, "cgroup", &wanted->cgroup))
		return -1;
	return check_objects(wanted);
}

static int read_root(struct wanted *wanted)
{
	struct fields root = { .file = wanted->path, .object = wanted->json };
	const char *kind;
	__u32 version;

	if (!json_is_object(root.object))
		return fields_open(&root, whole_names);
	if (field_string(&root, "kind", &kind))
		return -1;
	if (strcmp(kind, "services"))
		return fail("policy's states go to polc-loader apply and serve", "%s: kind is %s, not services",
			    wanted->path, kind);
	if (field_u32(&root, "version", SERVICES_STATE_VERSION, SERVICES_STATE_VERSION, &version) ||
	    field_bool(&root, "whole", &wanted->whole) ||
	    fields_open(&root, wanted->whole ? whole_names : delta_names) ||
	    field_u32(&root, "generation", 1, UINT32_MAX, &wanted->generation))
		return -1;
	if (wanted->whole && read_whole(&root, wanted))
		return -1;
	return wanted_read_items(&root, wanted);
}

int wanted_parse(struct wanted *wanted, const char *path, const char *text, size_t size)
{
	json_error_t error;

	*wanted = (struct wanted){ .path = path };
	wanted->json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!wanted->json)
		fail(NULL, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	return wanted->json && !read_root(wanted) ? 0 : fail_code("bad-state");
}

int wanted_read(struct wanted *wanted, const char *path)
{
	struct bytes text;
	int err;

	*wanted = (struct wanted){ .path = path };
	if (file_read(path, &text))
		return fail_code("bad-state");
	err = wanted_parse(wanted, path, (const char *)text.data, text.size);
	free(text.data);
	return err;
}

void wanted_free(struct wanted *wanted)
{
	int i;

	wanted_free_items(wanted);
	for (i = 0; i < SERVICE_OBJECTS; i++)
		free(wanted->objects[i].bytes.data);
	json_decref(wanted->json);
	*wanted = (struct wanted){ 0 };
}
