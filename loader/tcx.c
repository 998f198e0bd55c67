// SPDX-License-Identifier: Apache-2.0
#include "tcx.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "failure.h"

/* enum bpf_attach_type; the headers may be older. */
#define TCX_INGRESS 46
#define TCX_EGRESS 47

#define TCX_BEFORE (1u << 3) /* BPF_F_BEFORE; without another program named: before all */
#define PROGRAMS_MAX 64      /* that the kernel allows on a hook */

static enum bpf_attach_type point_of(enum hook hook)
{
	return hook == HOOK_FROM_POD ? TCX_INGRESS : TCX_EGRESS;
}

/* First in line: a program before ours could accept a packet that policy denies. */
int tcx_attach(unsigned int ifindex, enum hook hook, int program, const char *path)
{
	LIBBPF_OPTS(bpf_link_create_opts, first, .flags = TCX_BEFORE);
	int link = bpf_link_create(program, ifindex, point_of(hook), &first);
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

int tcx_before(unsigned int ifindex, enum hook hook, __u32 program)
{
	__u32 programs[PROGRAMS_MAX], count = PROGRAMS_MAX, i;

	if (bpf_prog_query(ifindex, point_of(hook), 0, NULL, programs, &count))
		return 0;
	for (i = 0; i < count && programs[i] != program; i++)
		;
	return i;
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
