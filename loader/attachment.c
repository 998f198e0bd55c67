// SPDX-License-Identifier: Apache-2.0
#include "attachment.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clsact.h"
#include "failure.h"
#include "object.h"
#include "tcx.h"

static const char *const directories[] = { [ATTACH_TCX] = "links", [ATTACH_CLSACT] = "filters" };

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
	char name[PIN_NAME_MAX];

	snprintf(name, sizeof(name), "%u-%u-%s", a->ifindex, a->slot, hook_name(a->hook));
	instance_pin_path(instance, path, directories[a->mode], name);
}

static int open_pin(const struct instance *instance, const struct attachment *a)
{
	char path[PIN_PATH_MAX];

	pin_path(instance, a, path);
	return bpf_obj_get(path);
}

static bool filter_is_live(int fd, const struct attachment *a)
{
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &length) && info.id == clsact_program(a->ifindex, a->hook);
}

static void inspect(const struct instance *instance, struct attachment *a)
{
	int fd = open_pin(instance, a);

	if (fd < 0)
		return;
	a->live = a->mode == ATTACH_TCX ? tcx_ifindex(fd) == a->ifindex : filter_is_live(fd, a);
	if (a->live) /* tcx comes before clsact */
		a->before = tcx_before(a->ifindex, a->hook, a->mode == ATTACH_TCX ? tcx_program(fd) : 0);
	close(fd);
}

static bool parse_name(const char *name, struct attachment *a)
{
	char hook[16];
	int h;

	if (sscanf(name, "%u-%u-%15s", &a->ifindex, &a->slot, hook) != 3)
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

static int read_directory(const struct instance *instance, enum attach_mode mode, struct attachments *list)
{
	char path[PIN_PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	instance_pin_path(instance, path, directories[mode], NULL);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : fail_errno(errno, "cannot read %s", path);
	while (!err && (entry = readdir(dir))) {
		struct attachment a = { .mode = mode };

		if (!parse_name(entry->d_name, &a))
			continue;
		inspect(instance, &a);
		err = attachments_add(list, &a);
	}
	closedir(dir);
	return err;
}

int attachments_read(const struct instance *instance, struct attachments *list)
{
	*list = (struct attachments){ 0 };
	if (read_directory(instance, ATTACH_TCX, list))
		return -1;
	return read_directory(instance, ATTACH_CLSACT, list);
}

void attachments_free(struct attachments *list)
{
	free(list->at);
	*list = (struct attachments){ 0 };
}

static int attach_filter(const struct instance *instance, const struct attachment *a, int program)
{
	char path[PIN_PATH_MAX];
	int err;

	pin_path(instance, a, path);
	err = bpf_obj_pin(program, path);
	if (err)
		return fail_errno(-err, "cannot pin %s", path);
	err = clsact_attach(instance, a->ifindex, a->hook, program);
	if (err)
		unlink(path);
	return err;
}

int attach(const struct instance *instance, struct attachment *a, enum attach_mode *mode, int program)
{
	char path[PIN_PATH_MAX];
	int err = 1;

	if (*mode != ATTACH_CLSACT) {
		a->mode = ATTACH_TCX;
		pin_path(instance, a, path);
		err = tcx_attach(a->ifindex, a->hook, program, path);
		if (err == 1 && *mode == ATTACH_TCX)
			return fail("tcx needs Linux 6.6; use clsact", "this kernel has no tcx");
		if (!err)
			*mode = ATTACH_TCX;
	}
	if (err == 1) {
		a->mode = ATTACH_CLSACT;
		err = attach_filter(instance, a, program);
		if (!err)
			*mode = ATTACH_CLSACT;
	}
	a->live = a->added = !err;
	return err;
}

static bool program_exists(__u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* A filter that this network namespace does not show has gone with its interface, or is in another namespace. Its
 * program tells: without the pin it lives on only if it is attached. Then it is pinned again. Its memory is freed
 * after a while, so it is asked for some time.
 */
static int unpin_lost_filter(int fd, const char *path)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);
	int tries, err;

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return fail_errno(errno, "cannot inspect %s", path);
	if (unlink(path))
		return fail_errno(errno, "cannot remove %s", path);
	close(fd);
	for (tries = 0; tries < 50 && program_exists(info.id); tries++)
		nanosleep(&pause, NULL);
	fd = bpf_prog_get_fd_by_id(info.id);
	if (fd < 0)
		return 0;
	err = bpf_obj_pin(fd, path);
	close(fd);
	return fail("run in the network namespace that it was applied in",
		    "%s is attached in another network namespace%s", path, err ? ", and its pin is lost" : "");
}

static int detach_filter(int fd, const char *path, const struct attachment *a)
{
	int err;

	if (a->live) {
		close(fd);
		err = clsact_detach(a->ifindex, a->hook);
		if (!err && unlink(path) && errno != ENOENT)
			err = fail_errno(errno, "cannot remove %s", path);
	} else {
		err = unpin_lost_filter(fd, path);
	}
	return err;
}

int detach(const struct instance *instance, const struct attachment *a)
{
	char path[PIN_PATH_MAX];
	int fd = open_pin(instance, a);

	pin_path(instance, a, path);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fail_errno(-fd, "cannot open %s", path);
	return a->mode == ATTACH_TCX ? tcx_detach(fd, path) : detach_filter(fd, path, a);
}
