// SPDX-License-Identifier: Apache-2.0
#include "tcx.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "failure.h"
#include "program_id.h"
#include "tcx_order.h"

static int point_of(enum hook hook)
{
	return hook == HOOK_FROM_POD ? TCX_INGRESS : TCX_EGRESS;
}

/* First in line: a program before ours could accept a packet that policy denies. Those of services alone come first, so that
 * policy judges the backend and not the service.
 */
int tcx_attach(unsigned int ifindex, enum hook hook, int program, const char *path, __u32 services)
{
	int link = tcx_link(ifindex, point_of(hook), program, hook == HOOK_FROM_POD ? TCX_AFTER_SERVICES : TCX_FIRST, services);
	int err;

	if (link == -EINVAL)
		return 1;
	if (link < 0)
		return fail_errno(-link, "cannot attach to interface %u by tcx", ifindex);
	err = bpf_obj_pin(link, path);
	close(link);
	return err ? fail_errno(-err, "cannot pin %s", path) : 0;
}

unsigned int tcx_ifindex(int link)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);

	/* What is said of a tcx link begins with the ifindex, as for an XDP link; older headers know that one only. */
	return bpf_obj_get_info_by_fd(link, &info, &length) ? 0 : info.xdp.ifindex;
}

int tcx_before(unsigned int ifindex, enum hook hook, __u32 program, __u32 services)
{
	struct tcx_programs programs;
	int before = 0;
	__u32 i;

	if (tcx_query(ifindex, point_of(hook), &programs))
		return 0;
	for (i = 0; i < programs.count && programs.id[i] != program; i++)
		before += hook != HOOK_FROM_POD || !services || !program_uses(programs.id[i], services);
	return before;
}

__u32 tcx_program(int link)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);

	return bpf_obj_get_info_by_fd(link, &info, &length) ? 0 : info.prog_id;
}

int tcx_detach(int link, const char *path)
{
	int err = bpf_link_detach(link);

	close(link);
	if (err && err != -ENOLINK)
		return fail_errno(-err, "cannot detach %s", path);
	return unlink(path) && errno != ENOENT ? fail_errno(errno, "cannot remove %s", path) : 0;
}
