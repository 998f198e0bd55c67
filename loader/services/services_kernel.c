// SPDX-License-Identifier: Apache-2.0
/* services_kernel.c: does this kernel have tcx, which asking for the programs of an interface's hook tells, and the BTF by which
 * programs find out how far a packet's checksum is (bpf-templates/service/context_tc.h)?
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "failure.h"
#include "services_commands.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
#define LOOPBACK 1
#define TCX_INGRESS 46 /* enum bpf_attach_type; the headers may be older */

static int btf_check(void)
{
	if (!access(KERNEL_BTF, R_OK))
		return 0;
	return fail_as("kernel", "run it on a kernel with CONFIG_DEBUG_INFO_BTF; policy alone does not need it",
		       "services need the kernel's BTF, and there is no " KERNEL_BTF);
}

int services_kernel_check(void)
{
	__u32 count = 0;
	int err = bpf_prog_query(LOOPBACK, TCX_INGRESS, 0, NULL, NULL, &count);

	if (err != -EINVAL)
		return btf_check();
	return fail_as("kernel", "run it on Linux 6.6 or later; policy alone needs 6.1",
		       "services need tcx, which this kernel does not have: it tells which of several programs comes first");
}
