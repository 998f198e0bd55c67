// SPDX-License-Identifier: Apache-2.0
#include "attachment.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clsact.h"
#include "failure.h"
#include "program_id.h"
#include "tcx.h"

static const char *const directories[] = { [ATTACH_TCX] = "links", [ATTACH_CLSACT] = "filters" };
static const char *const hook_names[HOOKS] = { [HOOK_FROM_POD] = "from_pod", [HOOK_TO_POD] = "to_pod" };

const char *hook_name(enum hook hook)
{
	return hook_names[hook];
}

const char *attach_mode_name(enum attach_mode mode)
{
	return mode == ATTACH_TCX ? "tcx" : mode == ATTACH_CLSACT ? "clsact" : "auto";
}

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

static void pin_path(const struct instance *instance, const struct attachment *a, char path[PIN_PATH_MAX])
{
	instance_pin_path(instance, path, "%s/%u-%s", directories[a->mode], a->ifindex, hook_name(a->hook));
}

static int open_link(const struct instance *instance, const struct attachment *a)
{
	char path[PIN_PATH_MAX];

	pin_path(instance, a, path);
	return bpf_obj_get(path);
}

/* A link says what it is on. A filter is ours if its program uses the instance's maps. */
static void inspect(const struct instance *instance, __u32 control, struct attachment *a)
{
	int link = a->mode == ATTACH_TCX ? open_link(instance, a) : -1;

	if (link >= 0) {
		a->live = tcx_ifindex(link) == a->ifindex;
		a->program = tcx_program(link);
		close(link);
	} else if (a->mode == ATTACH_CLSACT) {
		a->program = clsact_program(a->ifindex, a->hook);
		a->live = program_uses(a->program, control);
	}
	if (a->live) /* tcx comes before clsact */
		a->before = tcx_before(a->ifindex, a->hook, a->mode == ATTACH_TCX ? a->program : 0);
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

static int add(struct attachments *list, const struct attachment *attachment)
{
	struct attachment *grown = realloc(list->at, (list->count + 1) * sizeof(*list->at));

	if (!grown)
		return fail(NULL, "out of memory");
	list->at = grown;
	list->at[list->count++] = *attachment;
	return 0;
}

static int read_directory(const struct instance *instance, enum attach_mode mode, __u32 control,
			  struct attachments *list)
{
	char path[PIN_PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	instance_pin_path(instance, path, "%s", directories[mode]);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : fail_errno(errno, "cannot read %s", path);
	while (!err && (entry = readdir(dir))) {
		struct attachment a = { .mode = mode };

		if (!parse_name(entry->d_name, &a))
			continue;
		inspect(instance, control, &a);
		err = add(list, &a);
	}
	closedir(dir);
	return err;
}

int attachments_read(const struct instance *instance, struct attachments *list)
{
	char path[PIN_PATH_MAX];
	__u32 control = 0;
	int fd;

	*list = (struct attachments){ 0 };
	instance_pin_path(instance, path, LAYOUT "/control");
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		control = map_id(fd);
		close(fd);
	}
	if (read_directory(instance, ATTACH_TCX, control, list))
		return -1;
	return read_directory(instance, ATTACH_CLSACT, control, list);
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

static int attach_filter(const struct instance *instance, const struct attachment *a, int program)
{
	char path[PIN_PATH_MAX];
	int err;

	pin_path(instance, a, path);
	if (make_directory(path))
		return -1;
	err = clsact_attach(instance, a->ifindex, a->hook, program);
	if (err)
		rmdir(path);
	return err;
}

int attach(const struct instance *instance, struct attachments *list, struct attachment a, enum attach_mode *mode,
	   int program)
{
	char path[PIN_PATH_MAX];
	int err = 1;

	if (*mode != ATTACH_CLSACT) {
		a.mode = ATTACH_TCX;
		pin_path(instance, &a, path);
		err = tcx_attach(a.ifindex, a.hook, program, path);
		if (err == 1 && *mode == ATTACH_TCX)
			return fail("tcx needs Linux 6.6; use clsact", "this kernel has no tcx");
		if (!err)
			*mode = ATTACH_TCX;
	}
	if (err == 1) {
		a.mode = ATTACH_CLSACT;
		err = attach_filter(instance, &a, program);
		if (!err)
			*mode = ATTACH_CLSACT;
	}
	if (err)
		return -1;
	a.live = a.added = true;
	a.program = program_id(program);
	err = add(list, &a);
	if (err)
		detach(instance, &a);
	return err;
}

int attachment_replace(const struct instance *instance, struct attachment *a, int program)
{
	int link, err;

	if (a->mode == ATTACH_CLSACT) {
		err = clsact_replace(a->ifindex, a->hook, program);
	} else {
		link = open_link(instance, a);
		err = link < 0 ? fail_errno(-link, "cannot open the link of interface %u", a->ifindex) :
				 bpf_link_update(link, program, NULL);
		if (link >= 0 && err)
			err = fail_errno(-err, "cannot replace the program of interface %u", a->ifindex);
		if (link >= 0)
			close(link);
	}
	if (!err)
		a->program = program_id(program);
	return err;
}

static int detach_filter(const char *path, const struct attachment *a)
{
	if (a->live && clsact_detach(a->ifindex, a->hook))
		return -1;
	return rmdir(path) && errno != ENOENT ? fail_errno(errno, "cannot remove %s", path) : 0;
}

int detach(const struct instance *instance, struct attachment *a)
{
	char path[PIN_PATH_MAX];
	int link, err;

	pin_path(instance, a, path);
	if (a->mode == ATTACH_CLSACT) {
		err = detach_filter(path, a);
	} else {
		link = open_link(instance, a);
		err = link >= 0 ? tcx_detach(link, path) :
		      link == -ENOENT ? 0 : fail_errno(-link, "cannot open %s", path);
	}
	if (!err)
		a->live = false;
	return err;
}

void attachments_drop_dead(struct attachments *list)
{
	size_t i, kept = 0;

	for (i = 0; i < list->count; i++)
		if (list->at[i].live)
			list->at[kept++] = list->at[i];
	list->count = kept;
}
