/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* open.h: packets to a service that no flow is there for.
 *   open_flow(context, work) -> action, or UNDECIDED: the flow is in the scratch area
 *
 *   1. The frontend. None: a cluster IP refuses, other addresses are not only ours, or not at all.
 *   2. loadBalancerSourceRanges.
 *   3. The endpoints for whom asks; without any the service refuses or drops. A node port with externalTrafficPolicy Local
 *      is served by the node that is asked: a pod's packet to another one passes as it is.
 *   4. Choose one, and the next ones as long as their replies could not be told from another service's.
 *   5. Remember both directions. What only belongs to a flow (an ICMP error, a RST) is sent the way that the flow
 *      would go, and leaves nothing behind.
 */
#ifndef POLC_SERVICE_OPEN_H
#define POLC_SERVICE_OPEN_H

#include "choose.h"
#include "collision.h"
#include "dispatch/dispatch.h"
#include "frontends.h"
#include "hairpin.h"
#include "scratch.h"
#include "service_fragments.h"

#define ENDPOINT_TRIES 4

enum opened { OPENED = 0, OPENED_NONE = -1, OPENED_DAMAGED = -2, OPENED_TUPLE = -3, OPENED_PORTS = -4 };

/* A RST and an ICMP error are never answered. */
static __always_inline int refuse_counted(packet_context *context, struct work *work, __u32 how, __u32 counter)
{
	count_service(counter);
	if (how == REFUSE_DROP || work->rst || work->quoted)
		return ACTION_DROP;
	return refuse(context, work, how);
}

static __always_inline __u8 dispatch_of(const struct work *work, const struct endpoint *endpoint)
{
	if (endpoint->flags & ENDPOINT_OUTSIDE) /* of every node: nothing there would take off what others put on */
		return DISPATCH_SNAT;
	return work_proto_of(work) == IPPROTO_UDP ? service.dispatch_udp : service.dispatch_tcp;
}

/* The forward entry of a packet from a pod or from the link to this endpoint. */
static __always_inline void flow_fill(const struct work *work, const struct endpoint *endpoint, struct flow *flow)
{
	bool from_pod = work->hook == SERVICE_FROM_POD;

	flow->identity = endpoint->identity;
	flow->source_port = work_ports_of(work);
	flow->destination_port = endpoint->port;
	copy_address(flow->destination, endpoint->address);
	if (from_pod && is_source(work, endpoint->address)) {
		flow->flags = FLOW_HAIRPIN;
		read_hairpin(work->family, flow->source);
		return;
	}
	if (work->family == 4)
		*(__be32 *)flow->source = work->key.v4.source;
	else
		copy_address(flow->source, work->key.v6.source);
	if (from_pod || endpoint->flags & ENDPOINT_LOCAL)
		return;
	flow->flags = FLOW_REMOTE;
	flow->dispatch = dispatch_of(work, endpoint);
	copy_address(flow->via, flow->dispatch == DISPATCH_GENEVE ? endpoint->node : endpoint->address);
}

/* Step 4: the replies get an entry, unless another service's have it. */
static __always_inline int claim_replies(struct work *work, struct scratch *scratch)
{
	flow_other_key(work->family, &scratch->flow, work_proto_of(work), &scratch->key);
	flow_fill_reply(work, &scratch->flow, &scratch->reply);
	return reply_claim(work->family, &scratch->key, &scratch->reply, work->opens) ? OPENED_TUPLE : OPENED;
}

/* Step 4, for one endpoint: its index in `endpoints`. Apart from the loop, which would keep all its addresses on the stack. */
__noinline int flow_try(packet_context *context, struct work *work, __u32 service_port, __u32 chosen)
{
	const struct endpoint *endpoint = endpoint_at(chosen);
	struct scratch *scratch = scratch_of_cpu();
	struct flow *flow;
	int outcome;

	KEEP_TAKEN(context);
	if (!work || !scratch || !endpoint)
		return OPENED_DAMAGED;
	flow = &scratch->flow;
	flow_clear(flow);
	flow->endpoint = chosen;
	flow->seen = ticks();
	flow->hook = work->hook;
	flow->service_port = service_port;
	flow_fill(work, endpoint, flow);
	if (work->quoted || work->rst)
		return OPENED;
	if (!(flow->flags & FLOW_REMOTE))
		outcome = claim_replies(work, scratch);
	else
		outcome = flow->dispatch == DISPATCH_SNAT && snat_open(context, work, flow) ? OPENED_PORTS : OPENED;
	if (outcome == OPENED)
		flow_update(work->family, &work->key, flow, BPF_ANY);
	return outcome;
}

/* Step 4 */
__noinline int flow_make(packet_context *context, struct work *work, __u32 service_port, __u32 whom)
{
	int outcome = OPENED_NONE;

	KEEP_TAKEN(context);
	for (__u32 i = 0; i < ENDPOINT_TRIES; i++) {
		int chosen = choose(work, service_port, whom, i);

		if (chosen < 0)
			return i ? outcome : chosen;
		outcome = flow_try(context, work, service_port, chosen);
		if (outcome != OPENED_TUPLE)
			return outcome;
	}
	return outcome;
}

static __always_inline int not_opened(packet_context *context, struct work *work, int outcome, __u32 empty)
{
	switch (outcome) {
	case OPENED_NONE:
		return refuse_counted(context, work, empty,
				      empty == REFUSE_DROP ? SERVICE_COUNT_DROPPED_EMPTY : SERVICE_COUNT_REFUSED_EMPTY);
	case OPENED_TUPLE:
		return refuse_counted(context, work, REFUSE_ICMP, SERVICE_COUNT_DROPPED_TUPLE);
	case OPENED_PORTS: /* counted where it was found */
		return ACTION_DROP;
	default:
		count_service(SERVICE_COUNT_DAMAGED);
		return ACTION_DROP;
	}
}

/* Step 5, but for the action. */
static __always_inline int opened(const struct work *work, __u32 affinity, __u32 whom)
{
	struct scratch *scratch = scratch_of_cpu();

	if (!scratch)
		return ACTION_DROP;
	if (work->quoted || work->rst)
		return UNDECIDED;
	count_service(SERVICE_COUNT_OPENED);
	if (affinity)
		affinity_remember(work, &scratch->flow, whom);
	if (work->fragment == FRAGMENT_FIRST)
		service_fragment_remember(work, &scratch->flow);
	return UNDECIDED;
}

static __always_inline __u32 for_whom(const struct work *work, const struct frontend *frontend)
{
	if (frontend->kind == FRONTEND_CLUSTER_IP)
		return FOR_CLUSTER_IP;
	return work->hook == SERVICE_FROM_POD ? FOR_INSIDE : FOR_OUTSIDE;
}

/* Step 1, without a frontend. */
static __always_inline int not_asked(packet_context *context, struct work *work, __u32 flags)
{
	if (!(flags & DESTINATION_CLUSTER_IP))
		return ACTION_PASS;
	return refuse_counted(context, work, REFUSE_ICMP, SERVICE_COUNT_REFUSED_PORT);
}

__noinline int open_flow(packet_context *context, struct work *work)
{
	const struct frontend *frontend;
	const struct service_port *port;
	__u32 service_port, whom;
	__u32 flags = 0; /* of the destination, if no address of a service is asked */
	int outcome;

	if (!work)
		return ACTION_DROP;
	frontend = frontend_of(work);
	if (!frontend) {
		flags = destination_of(work->family, &work->key);
		if (flags & DESTINATION_NODE)
			frontend = frontend_of_node_port(work);
		if (!frontend)
			return not_asked(context, work, flags);
	}
	service_port = work->service_port = frontend->service_port;
	port = bpf_map_lookup_elem(&service_ports, &service_port);
	if (!port) {
		count_service(SERVICE_COUNT_DAMAGED);
		return ACTION_DROP;
	}
	if (!source_allowed(work, frontend, port)) {
		count_service(SERVICE_COUNT_DROPPED_RANGE);
		return ACTION_DROP;
	}
	whom = for_whom(work, frontend);
	if (whom == FOR_INSIDE && is_other_nodes(frontend, port, flags))
		return ACTION_PASS;
	outcome = flow_make(context, work, service_port, whom);
	if (outcome == OPENED)
		return opened(work, port->affinity, whom);
	return not_opened(context, work, outcome, whom < FOR_WHOM ? port->empty[whom] : REFUSE_DROP);
}

#endif
