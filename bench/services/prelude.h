/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* prelude.h: runs before every subject and jumps to it. What the subject before it made of the packet is undone: the room is taken
 * back, and all bytes are written anew. `fresh` gives the packet a flow and a service of its own, `same` is always one flow.
 * All pay for it, and the empty subject too, which is taken off.
 */
#ifndef PRELUDE_H
#define PRELUDE_H

#include "floor.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} subject SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct floor_template);
} templates SEC(".maps");

/* Packets come from elsewhere: a read of two bytes' writes at once would wait for both, here alone. An atomic write waits for
 * all others, so the subjects need not.
 */
__u32 settled;

/* XDP and tc give out others: polc's programs share their flows. */
__u32 flows_made = FIRST_FLOW;

static __always_inline int prelude_write(void *data, void *end, bool fresh)
{
	__u32 zero = 0, flow;
	struct floor_template *template = bpf_map_lookup_elem(&templates, &zero);
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct tcphdr *tcp = (void *)(ip + 1);

	if (!template || data + PACKET_BYTES > end)
		return -1;
	__builtin_memcpy(data, template->bytes, PACKET_BYTES);
	if (!fresh) {
		__sync_fetch_and_add(&settled, 1);
		return 0;
	}
	flow = flows_made++;
	ip->saddr = bpf_htonl(template->client + (flow / 50000 & 63));
	tcp->source = bpf_htons(1024 + flow % 50000);
	ip->daddr = bpf_htonl(template->first_service + (flow * 2654435761u >> 8) % template->services);
	__sync_fetch_and_add(&settled, 1);
	return 0;
}

#endif
