// SPDX-License-Identifier: Apache-2.0
/* services_kernel.c: does this kernel have tcx? Asking for the programs of an interface's hook tells. */
#include <bpf/bpf.h>
#include <errno.h>

#include "failure.h"
#include "services_commands.h"

#define LOOPBACK 1
#define TCX_INGRESS 46 /* enum bpf_attach_type; the headers may be older */

int services_kernel_check(void)
{
	__u32 count = 0;
	int err = bpf_prog_query(LOOPBACK, TCX_INGRESS, 0, NULL, NULL, &count);

	if (err != -EINVAL)
		return 0;
	return fail_as("kernel", "run it on Linux 6.6 or later; policy alone needs 6.1",
		       "services need tcx, which this kernel does not have: it tells which of several programs comes first");
}
