// SPDX-License-Identifier: Apache-2.0
#include "attachments.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "program_id.h"

const char *attachments_mode(const struct attachments *list)
{
	const char *mode = NULL;
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (!list->at[i].live)
			continue;
		if (mode && mode != attach_mode_name(list->at[i].mode))
			return "mixed";
		mode = attach_mode_name(list->at[i].mode);
	}
	return mode;
}

static bool parse_name(const char *name, struct attachment *a)
{
	char hook[16], end;
	int h;

	if (sscanf(name, "%u-%15[a-z_]%c", &a->ifindex, hook, &end) != 2)
		return false;
	for (h = 0; h < HOOKS; h++) {
		if (!strcmp(hook, hook_name(h))) {
			a->hook = h;
			return true;
		}
	}
	return false;
}

int attachments_add(struct attachments *list, const struct attachment *attachment)
{
	struct attachment *grown = realloc(list->at, (list->count + 1) * sizeof(*list->at));

	if (!grown)
		return fail(NULL, "out of memory");
	list->at = grown;
	list->at[list->count++] = *attachment;
	return 0;
}

__u32 control_id(const struct instance *instance)
{
	char path[PIN_PATH_MAX];
	__u32 id = 0;
	int fd;

	instance_pin_path(instance, path, "%s/control",
			  instance_has(instance, LAYOUT "/control") ? LAYOUT : LAYOUT_NEW);
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		id = map_id(fd);
		close(fd);
	}
	return id;
}

static int read_directory(const struct instance *instance, enum attach_mode mode, __u32 control,
			  struct attachments *list)
{
	char path[PIN_PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	instance_pin_path(instance, path, "%s", attach_directory[mode]);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : fail_errno(errno, "cannot read %s", path);
	while (!err && (entry = readdir(dir))) {
		struct attachment a = { .mode = mode };

		if (!parse_name(entry->d_name, &a))
			continue;
		attachment_inspect(instance, control, &a);
		err = attachments_add(list, &a);
	}
	closedir(dir);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct attachment *x = a, *y = b;

	return x->ifindex != y->ifindex ? (x->ifindex < y->ifindex ? -1 : 1) : (int)x->hook - (int)y->hook;
}

int attachments_read(const struct instance *instance, struct attachments *list)
{
	__u32 control = control_id(instance);

	*list = (struct attachments){ 0 };
	if (read_directory(instance, ATTACH_TCX, control, list) ||
	    read_directory(instance, ATTACH_CLSACT, control, list))
		return -1;
	if (list->count)
		qsort(list->at, list->count, sizeof(*list->at), compare);
	return 0;
}

void attachments_free(struct attachments *list)
{
	free(list->at);
	*list = (struct attachments){ 0 };
}

struct attachment *attachment_find(const struct attachments *list, unsigned int ifindex, enum hook hook)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->at[i].ifindex == ifindex && list->at[i].hook == hook && list->at[i].live)
			return &list->at[i];
	return NULL;
}

void attachments_drop_dead(struct attachments *list)
{
	size_t i, kept = 0;

	for (i = 0; i < list->count; i++)
		if (list->at[i].live)
			list->at[kept++] = list->at[i];
	list->count = kept;
}
