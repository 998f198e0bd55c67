// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* service_tc.bpf.c: the programs of services on pods, and on links where XDP is not used. */
#include "context_tc.h"

#include "link.h"
#include "pod.h"

SEC("tc") int from_pod(struct __sk_buff *context)
{
	return from_pod_at(context);
}

SEC("tc") int to_pod(struct __sk_buff *context)
{
	return reply_at(context, SERVICE_TO_POD);
}

SEC("tc") int from_link(struct __sk_buff *context)
{
	return from_link_at(context);
}

SEC("tc") int to_link(struct __sk_buff *context)
{
	return reply_at(context, SERVICE_TO_LINK);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
