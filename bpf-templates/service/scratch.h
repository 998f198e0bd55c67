/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* scratch.h: what the slow path works on, beside the stack, of which all functions of a call chain share 512 bytes.
 *   scratch_of_cpu() -> scratch or NULL       what an opening works on
 *   work_of_hook(hook) -> work or NULL        the packet
 * A program of tc or XDP is not interrupted by another one on its CPU. But while from_link sends a copy, to_link runs on it: so
 * each hook has a packet of its own. The maps are each object's own: nothing in them outlives a packet.
 */
#ifndef POLC_SERVICE_SCRATCH_H
#define POLC_SERVICE_SCRATCH_H

#include "service_maps.h"
#include "service_packet.h"

struct scratch {
	struct flow flow;
	struct flow reply;
	struct flow first; /* fragment's */
	union flow_key key;
	union flow_key arrived;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} service_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SERVICE_HOOKS);
	__type(key, __u32);
	__type(value, struct work);
} service_work SEC(".maps");

static __always_inline struct work *work_of_hook(enum service_hook hook)
{
	__u32 index = hook;

	return bpf_map_lookup_elem(&service_work, &index);
}

static __always_inline struct scratch *scratch_of_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&service_scratch, &zero);
}

#endif
