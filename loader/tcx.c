// SPDX-License-Identifier: Apache-2.0
#include "tcx.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "failure.h"

/* enum bpf_attach_type; the headers may be older. */
#define TCX_INGRESS 46
#define TCX_EGRESS 47

int tcx_attach(unsigned int ifindex, enum hook hook, int program, const char *path)
{
	int link = bpf_link_create(program, ifindex, hook == HOOK_FROM_POD ? TCX_INGRESS : TCX_EGRESS, NULL);
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

int tcx_detach(int link, const char *path)
{
	int err = bpf_link_detach(link);

	close(link);
	if (err && err != -ENOLINK)
		return fail_errno(-err, "cannot detach %s", path);
	return unlink(path) && errno != ENOENT ? fail_errno(errno, "cannot remove %s", path) : 0;
}
