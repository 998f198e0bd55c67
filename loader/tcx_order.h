/* SPDX-License-Identifier: Apache-2.0 */
/* tcx_order.h: who comes first on a hook of tcx. Programs of services see a packet from a pod before those of policy, and one to
 * a pod after them: policy judges backends. Whichever is attached first, the other one finds its place.
 */
#ifndef POLC_TCX_ORDER_H
#define POLC_TCX_ORDER_H

#include <linux/types.h>

#include "instance.h"

/* enum bpf_attach_type; the headers may be older. */
#define TCX_INGRESS 46
#define TCX_EGRESS 47

#define TCX_PROGRAMS_MAX 64 /* that the kernel allows on a hook */

/* The programs of a hook in their order. */
struct tcx_programs {
	__u32 id[TCX_PROGRAMS_MAX];
	__u32 count;
	__u64 revision;
};

enum tcx_place { TCX_FIRST, TCX_LAST, TCX_AFTER_SERVICES };

/* 0, or a negative errno; -EINVAL: this kernel has no tcx. */
int tcx_query(unsigned int ifindex, int type, struct tcx_programs *programs);

/* A link, or a negative errno. `services`: services_mark(). */
int tcx_link(unsigned int ifindex, int type, int program, enum tcx_place place, __u32 services);

/* Id of a map that all programs of the instance's services use, and no others; 0: there are none. */
__u32 services_mark(const struct instance *instance);

#endif
