// SPDX-License-Identifier: Apache-2.0
#include "attachment.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clsact.h"
#include "failure.h"
#include "program_id.h"
#include "tcx.h"
#include "tcx_order.h"

const char *const attach_directory[] = { [ATTACH_TCX] = "links", [ATTACH_CLSACT] = "filters" };
static const char *const hook_names[HOOKS] = { [HOOK_FROM_POD] = "from_pod", [HOOK_TO_POD] = "to_pod" };

const char *hook_name(enum hook hook)
{
	return hook_names[hook];
}

const char *attach_mode_name(enum attach_mode mode)
{
	return mode == ATTACH_TCX ? "tcx" : mode == ATTACH_CLSACT ? "clsact" : "auto";
}

void attachment_path(const struct instance *instance, const struct attachment *a, char path[PIN_PATH_MAX])
{
	instance_pin_path(instance, path, "%s/%u-%s", attach_directory[a->mode], a->ifindex, hook_name(a->hook));
}

static int open_link(const struct instance *instance, const struct attachment *a)
{
	char path[PIN_PATH_MAX];

	attachment_path(instance, a, path);
	return bpf_obj_get(path);
}

/* A link says what it is on. A filter is ours if its program uses the instance's maps. */
void attachment_inspect(const struct instance *instance, __u32 control, struct attachment *a)
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
		a->before = tcx_before(a->ifindex, a->hook, a->mode == ATTACH_TCX ? a->program : 0,
				       services_mark(instance));
}

bool attachment_stands(const struct instance *instance, const struct attachment *a)
{
	int link;
	bool stands;

	if (a->mode == ATTACH_CLSACT)
		return clsact_program(a->ifindex, a->hook) == a->program;
	link = open_link(instance, a);
	stands = link >= 0 && tcx_ifindex(link) == a->ifindex;
	if (link >= 0)
		close(link);
	return stands;
}

bool attachment_adopt(const struct instance *instance, __u32 control, struct attachment *a)
{
	char path[PIN_PATH_MAX];

	for (a->mode = ATTACH_TCX; a->mode <= ATTACH_CLSACT; a->mode++) {
		attachment_path(instance, a, path);
		if (access(path, F_OK))
			continue;
		attachment_inspect(instance, control, a);
		if (a->live)
			return true;
		detach(instance, a);
	}
	return false;
}

static int attach_filter(const struct instance *instance, const struct attachment *a, int program)
{
	char path[PIN_PATH_MAX];
	int err;

	attachment_path(instance, a, path);
	if (make_directory(path))
		return -1;
	err = clsact_attach(instance, a->ifindex, a->hook, program);
	if (err)
		rmdir(path);
	return err;
}

int attach(const struct instance *instance, struct attachment *a, enum attach_mode *mode, int program)
{
	char path[PIN_PATH_MAX];
	int err = 1;

	if (*mode != ATTACH_CLSACT) {
		a->mode = ATTACH_TCX;
		attachment_path(instance, a, path);
		err = tcx_attach(a->ifindex, a->hook, program, path, services_mark(instance));
		if (err == 1 && *mode == ATTACH_TCX)
			return fail("tcx needs Linux 6.6; use clsact", "this kernel has no tcx");
		if (!err)
			*mode = ATTACH_TCX;
	}
	if (err == 1) {
		if (services_mark(instance))
			return fail("attach policy by tcx, or detach the services",
				    "services are attached by tcx: programs of clsact all come after theirs");
		a->mode = ATTACH_CLSACT;
		err = attach_filter(instance, a, program);
		if (!err)
			*mode = ATTACH_CLSACT;
	}
	if (err)
		return -1;
	a->live = a->added = true;
	a->program = program_id(program);
	return 0;
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

	attachment_path(instance, a, path);
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
