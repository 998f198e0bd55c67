// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* service_xdp.bpf.c: the program of services on links whose driver has XDP. */
#include "context_xdp.h"

#include "link.h"

SEC("xdp") int from_link(struct xdp_md *context)
{
	return from_link_at(context);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
