/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* snat.h: DISPATCH_SNAT. The source becomes the node with a port of its own, so replies come back by this node.
 *   snat_open(context, work, flow) -> 0, or -1 and counted
 * The entry of the replies is what reserves the port: it is made only where none is, or a dead one. A port serves as many flows
 * as there are backends, for replies differ by them.
 */
#ifndef POLC_SERVICE_SNAT_H
#define POLC_SERVICE_SNAT_H

#include "../../ticks.h"
#include "../hot_flows.h"
#include "outer.h"

#define SNAT_TRIES 32

/* The replies' tuple as it arrives, for one port of the node, and what becomes of it. */
static __always_inline void snat_reply_fill(union flow_key *key, struct flow *reply, const struct work *work,
					    const struct flow *flow)
{
	*reply = *flow;
	reply->hook = SERVICE_FROM_LINK;
	reply->flags = FLOW_REPLY;
	reply->seen = ticks();
	__builtin_memset(reply->source, 0, sizeof(reply->source));
	__builtin_memset(reply->destination, 0, sizeof(reply->destination));
	if (work->family == 4) {
		const struct flow4_key *asked = &work->key.v4;

		*(__be32 *)reply->source = asked->destination;
		*(__be32 *)reply->destination = asked->source;
		reply->source_port = asked->ports >> 16;
		reply->destination_port = asked->ports;
		key->v4 = (struct flow4_key){ .source = *(__be32 *)flow->destination,
					      .destination = *(__be32 *)flow->source,
					      .ports = flow->destination_port,
					      .proto = asked->proto };
	} else {
		const struct flow6_key *asked = &work->key.v6;

		__builtin_memcpy(reply->source, asked->destination, 16);
		__builtin_memcpy(reply->destination, asked->source, 16);
		reply->source_port = asked->ports >> 16;
		reply->destination_port = asked->ports;
		__builtin_memset(key, 0, sizeof(*key));
		__builtin_memcpy(key->v6.source, flow->destination, 16);
		__builtin_memcpy(key->v6.destination, flow->source, 16);
		key->v6.ports = flow->destination_port;
		key->v6.proto = asked->proto;
	}
	__builtin_memcpy(reply->via, reply->destination, 16);
}

static __always_inline void snat_own_address(struct flow *flow, __u8 family)
{
	const volatile __u64 *node = (const volatile __u64 *)(family == 4 ? service.node4 : service.node6);
	__u64 *source = (void *)flow->source;

	source[0] = node[0];
	source[1] = node[1];
}

/* May another flow have this one's port? The same client's and service's own is used on. */
static __always_inline bool snat_is_free(const struct flow *old, const struct flow *reply, __u32 proto)
{
	__u32 silent = ticks() - old->seen;
	const __u64 *a = (const void *)old->source, *b = (const void *)reply->source;

	if (a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3] && old->source_port == reply->source_port &&
	    old->destination_port == reply->destination_port)
		return true;
	if (old->flags & (FLOW_FIN | FLOW_RESET))
		return silent > TIMEOUT_CLOSING;
	return silent > (proto == IPPROTO_TCP ? TIMEOUT_TCP : TIMEOUT_OTHER);
}

static __always_inline bool snat_write(__u32 family, const union flow_key *key, const struct flow *reply, __u64 how)
{
	bool written = !UPDATE(flows, family, key, reply, how);

	if (written)
		flow_written(family, key);
	return written;
}

/* Apart, so the verifier has no more than one try to look at. */
__noinline int snat_take(__u32 family, union flow_key *key, struct flow *reply)
{
	struct flow *old;

	if (!key || !reply)
		return false;
	if (snat_write(family, key, reply, BPF_NOEXIST))
		return true;
	old = LOOK_UP(flows, family, key);
	return old && snat_is_free(old, reply, family == 4 ? key->v4.proto : key->v6.proto) &&
	       snat_write(family, key, reply, BPF_ANY);
}

__noinline int snat_open(packet_context *context, struct work *work, struct flow *flow)
{
	union flow_key key = {};
	struct flow reply = {};
	__u32 ports, at;

	if (!work || !flow)
		return -1;
	KEEP_TAKEN(context);
	snat_own_address(flow, work->family);
	snat_reply_fill(&key, &reply, work, flow);
	ports = service.snat_last - service.snat_first + 1;
	at = ports ? outer_hash(work->family, &work->key) % ports : 0;
	for (int i = 0; i < SNAT_TRIES && ports; i++) {
		__be16 port = bpf_htons(service.snat_first + at);
		__u32 both = flow->destination_port | (__u32)port << 16;

		if (work->family == 4)
			key.v4.ports = both;
		else
			key.v6.ports = both;
		if (snat_take(work->family, &key, &reply)) {
			flow->source_port = port;
			return 0;
		}
		at = (at + 1) % ports;
	}
	count_service(SERVICE_COUNT_DROPPED_PORTS);
	return -1;
}

#endif
