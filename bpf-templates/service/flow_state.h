/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* flow_state.h: the two directions of a flow, an entry each.
 *   flow_usable(work, flow, now)       does the entry say what becomes of this packet?
 *   flow_note(work, flow, now)         what a packet shows: alive, closing; the other entry is kept alive once a tick
 *   flow_other_key(family, flow, key)  the key of the other direction: the reverse of the tuple that the packet has afterwards
 * An entry of one direction knows nothing of packets of the other, which may leave by another node.
 */
#ifndef POLC_SERVICE_FLOW_STATE_H
#define POLC_SERVICE_FLOW_STATE_H

#include "../ticks.h"
#include "endpoint_at.h"
#include "hot_flows.h"
#include "rewrite.h"
#include "scratch.h"
#include "service_maps.h"

/* In its place: a value made on the stack would be copied from there. */
static __always_inline void flow_clear(struct flow *flow)
{
	__u64 *words = (__u64 *)flow;

#pragma unroll
	for (int i = 0; i < (int)(sizeof(*flow) / sizeof(*words)); i++)
		words[i] = 0;
}

static __always_inline void flow_other_key(__u8 family, const struct flow *flow, __u32 proto, union flow_key *key)
{
	__u32 ports = ports_reversed(ports_after(flow));

	if (family == 4) {
		key->v4 = (struct flow4_key){ address4(flow->destination), address4(flow->source), ports, proto };
	} else {
		copy_address(key->v6.source, flow->destination);
		copy_address(key->v6.destination, flow->source);
		key->v6.ports = ports;
		key->v6.proto = proto;
	}
}

/* The tuple of the packet as it is, as what the other direction's packets have afterwards: reversed. */
static __always_inline void flow_becomes_reverse_of(const struct work *work, struct flow *flow)
{
	__u32 ports = work_ports_of(work);

	if (work->family == 4) {
		*(__be32 *)flow->source = work->key.v4.destination;
		*(__be32 *)flow->destination = work->key.v4.source;
	} else {
		copy_address(flow->source, work->key.v6.destination);
		copy_address(flow->destination, work->key.v6.source);
	}
	flow->source_port = ports >> 16;
	flow->destination_port = ports;
}

/* Has the endpoint left its service? Its index may be another's by now. */
static __always_inline bool endpoint_gone(const struct flow *flow)
{
	const struct endpoint *endpoint = endpoint_at(flow->endpoint);

	return !endpoint || endpoint->identity != flow->identity;
}

static __always_inline bool flow_expired(const struct flow *flow, __u32 proto, __u32 now)
{
	__s32 silent = now - flow->seen;

	if (silent <= TIMEOUT_CLOSING)
		return false;
	return flow->flags & FLOW_RESET || silent > (proto == IPPROTO_UDP ? TIMEOUT_OTHER : TIMEOUT_TCP);
}

/* RFC 9293: one end may have sent its FIN and the other go on for days. Whoever has sent it and sends a SYN begins anew. An
 * answer to a SYN is not this flow's if this flow is over: the client asked the backend by its own address.
 */
static __always_inline bool flow_usable(const struct work *work, const struct flow *flow, __u32 now)
{
	__u32 proto = work_proto_of(work);

	if (flow->hook != work->hook || flow_expired(flow, proto, now))
		return false;
	if ((work->opens || work->answers) && flow->flags & (FLOW_FIN | FLOW_RESET))
		return false;
	if (flow->flags & FLOW_REPLY || work->quoted)
		return true;
	return !(work->opens || proto == IPPROTO_UDP) || !endpoint_gone(flow);
}

/* Is the other direction's entry on this node? With direct server return it is where the backend is. */
static __always_inline bool flow_has_other(const struct flow *flow)
{
	return !(flow->flags & FLOW_REMOTE) || flow->dispatch == DISPATCH_SNAT;
}

static __always_inline __u8 hook_of_reply(__u8 hook, const struct flow *flow)
{
	if (hook == SERVICE_FROM_POD)
		return flow->flags & FLOW_HAIRPIN ? SERVICE_FROM_POD : SERVICE_TO_POD;
	return flow->flags & FLOW_REMOTE ? SERVICE_FROM_LINK : SERVICE_TO_LINK;
}

/* The entry of the replies to what `flow` makes of this packet. */
static __always_inline void flow_fill_reply(const struct work *work, const struct flow *flow, struct flow *reply)
{
	flow_clear(reply);
	reply->endpoint = flow->endpoint;
	reply->identity = flow->identity;
	reply->seen = flow->seen;
	reply->hook = hook_of_reply(work->hook, flow);
	reply->flags = FLOW_REPLY | (flow->flags & FLOW_HAIRPIN);
	reply->service_port = flow->service_port;
	flow_becomes_reverse_of(work, reply);
}

static __always_inline void flow_update(__u8 family, const union flow_key *key, const struct flow *flow, __u64 how)
{
	if (UPDATE(flows, family, key, flow, how))
		count_service(SERVICE_COUNT_FLOWS_FULL);
	flow_written(family, key);
}

/* Once a tick: replies may be rare where requests are many, and the reverse. A reply's entry that had to go is made again. */
__noinline int flow_refresh_other(const struct work *work, const struct flow *flow)
{
	union flow_key key = {};
	struct scratch *scratch = scratch_of_cpu();
	struct flow *other;

	if (!work || !flow || !scratch || !flow_has_other(flow))
		return 0;
	flow_other_key(work->family, flow, work_proto_of(work), &key);
	other = LOOK_UP(flows, work->family, &key);
	if (other) {
		other->seen = ticks();
		if (work->rst && !(other->flags & FLOW_RESET))
			other->flags |= FLOW_RESET;
	} else if (!(flow->flags & FLOW_REPLY) && !work->rst) {
		flow_fill_reply(work, flow, &scratch->reply);
		flow_update(work->family, &key, &scratch->reply, BPF_NOEXIST);
	}
	return 0;
}

static __always_inline void flow_note(const struct work *work, struct flow *flow, __u32 now)
{
	__u8 shown = (work->fin ? FLOW_FIN : 0) | (work->rst ? FLOW_RESET : 0);
	__u32 jiffies = bpf_jiffies64();

	if (work->quoted || work->fragment == FRAGMENT_LATER)
		return;
	/* Written only when they change: busy flows keep their cache line shared between CPUs. */
	if (shown & ~flow->flags)
		flow->flags |= shown;
	if (flow->noted != jiffies)
		flow->noted = jiffies;
	if (flow->seen != now || work->rst) {
		flow->seen = now;
		flow_refresh_other(work, flow);
	}
}

#endif
