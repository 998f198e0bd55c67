/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* arrival.h: what another node sent for an endpoint of this one. receive() has taken off what that node put on.
 *   accept_arrival(context, work, arrival) -> action
 * It is believed only of an endpoint that the service has here. The replies get an entry, so they leave as the service's. Where
 * every packet comes in a tunnel, the client's direction has an entry as well: a connection goes on when its endpoint has left.
 */
#ifndef POLC_SERVICE_ARRIVAL_H
#define POLC_SERVICE_ARRIVAL_H

#include "collision.h"
#include "frontends.h"
#include "rewrite.h"
#include "scratch.h"
#include "service_fragments.h"
#include "service_parse.h"

union local_endpoint_key {
	struct local_endpoint4_key v4;
	struct local_endpoint6_key v6;
};

__noinline int refuse(packet_context *context, struct work *work, __u32 how);

static __always_inline const struct frontend *frontend_of_arrival(const struct work *work, const struct arrival *arrival)
{
	const __u64 *address = (const __u64 *)arrival->service;
	__be32 first = address4(arrival->service);
	__u32 proto = work_proto_of(work);

	if (work->family == 4)
		return frontend_of4(first, arrival->port, proto, destination4(&first));
	return frontend_of6(address, arrival->port, proto, destination6(address));
}

static __always_inline const struct local_endpoint *local_endpoint_of(const struct work *work,
								      const struct arrival *arrival, __u32 service_port)
{
	union local_endpoint_key key = {};

	if (work->family == 4) {
		key.v4 = (struct local_endpoint4_key){ service_port, address4(arrival->endpoint) };
	} else {
		key.v6.service_port = service_port;
		copy_address(key.v6.address, arrival->endpoint);
	}
	return LOOK_UP(local_endpoints, work->family, &key);
}

/* What becomes of the packet: it goes to the endpoint, as the client's. */
static __always_inline int arrival_flow(const struct work *work, const struct arrival *arrival, struct flow *flow)
{
	const struct frontend *frontend = frontend_of_arrival(work, arrival);
	const struct local_endpoint *local;
	const struct endpoint *endpoint;

	if (!frontend)
		return -1;
	flow->service_port = frontend->service_port;
	local = local_endpoint_of(work, arrival, flow->service_port);
	endpoint = local ? endpoint_at(local->endpoint) : NULL;
	if (!endpoint)
		return -1;
	flow->endpoint = local->endpoint;
	flow->identity = endpoint->identity;
	flow->seen = ticks();
	flow->hook = SERVICE_FROM_LINK;
	flow->source_port = work_ports_of(work);
	flow->destination_port = local->port;
	copy_address(flow->destination, arrival->endpoint);
	if (work->family == 4)
		*(__be32 *)flow->source = work->key.v4.source;
	else
		copy_address(flow->source, work->key.v6.source);
	return 0;
}

static __always_inline void arrival_key(const struct work *work, const struct arrival *arrival, union flow_key *key)
{
	__u32 ports = (__u16)work_ports_of(work) | (__u32)arrival->port << 16, proto = work_proto_of(work);

	if (work->family == 4) {
		key->v4 = (struct flow4_key){ work->key.v4.source, address4(arrival->service), ports, proto };
	} else {
		copy_address(key->v6.source, work->key.v6.source);
		copy_address(key->v6.destination, arrival->service);
		key->v6.ports = ports;
		key->v6.proto = proto;
	}
}

/* The entry of an earlier packet of the same connection, to the same endpoint. */
static __always_inline struct flow *arrival_known(const struct work *work, const struct arrival *arrival,
						  const union flow_key *key)
{
	const __u64 *endpoint = (const __u64 *)arrival->endpoint;
	struct flow *flow = LOOK_UP(flows, work->family, key);
	const __u64 *to;

	if (!flow || flow->flags & (FLOW_REMOTE | FLOW_REPLY | FLOW_HAIRPIN) || !flow_usable(work, flow, ticks()))
		return NULL;
	to = (const __u64 *)flow->destination;
	return to[0] == endpoint[0] && to[1] == endpoint[1] ? flow : NULL;
}

static __always_inline void arrival_note(const struct work *work, struct flow *flow)
{
	__u8 shown = (work->fin ? FLOW_FIN : 0) | (work->rst ? FLOW_RESET : 0);

	flow->seen = ticks();
	if (shown & ~flow->flags)
		flow->flags |= shown;
}

/* The flow of a packet that came in a tunnel, into the scratch area. */
static __always_inline int arrival_follow(const struct work *work, const struct arrival *arrival,
					  struct scratch *scratch)
{
	struct flow *known;

	arrival_key(work, arrival, &scratch->arrived);
	known = arrival_known(work, arrival, &scratch->arrived);
	if (known) {
		arrival_note(work, known);
		scratch->flow = *known;
		return 0;
	}
	if (arrival_flow(work, arrival, &scratch->flow))
		return -1;
	if (!work->rst)
		flow_update(work->family, &scratch->arrived, &scratch->flow, BPF_ANY);
	return 0;
}

/* The tuple that the client sent the packet with: what the replies have to become. */
static __always_inline void arrival_reply(const struct work *work, const struct arrival *arrival,
					  const struct flow *flow, struct flow *reply)
{
	flow_fill_reply(work, flow, reply);
	copy_address(reply->source, arrival->service);
	reply->source_port = arrival->port;
}

/* The second service that would reach one backend from one client port is refused, as the service that it asked. */
static __always_inline int refuse_arrival(packet_context *context, struct work *work, const struct arrival *arrival,
					  struct flow *flow)
{
	count_service(SERVICE_COUNT_DROPPED_TUPLE);
	copy_address(flow->destination, arrival->service);
	flow->destination_port = arrival->port;
	if (work->rst || rewrite(context, work, flow) || parse_packet(context, work) != PARSED_FLOW)
		return ACTION_DROP;
	return refuse(context, work, REFUSE_ICMP);
}

static __always_inline int accept_later_fragment(packet_context *context, struct work *work)
{
	const struct flow *flow = service_fragment_follow(work);

	if (!flow) {
		count_service(SERVICE_COUNT_DROPPED_FRAGMENT);
		return ACTION_DROP;
	}
	return rewrite(context, work, flow) ? ACTION_DROP : ACTION_PASS;
}

__noinline int accept_arrival(packet_context *context, struct work *work, const struct arrival *arrival)
{
	struct scratch *scratch = scratch_of_cpu();
	struct flow *flow;

	if (!work || !arrival || !scratch)
		return ACTION_DROP;
	if (work->fragment == FRAGMENT_LATER)
		return accept_later_fragment(context, work);
	flow = &scratch->flow;
	flow_clear(flow);
	if (arrival->tunnelled ? arrival_follow(work, arrival, scratch) : arrival_flow(work, arrival, flow)) {
		count_service(SERVICE_COUNT_DROPPED_TUNNEL);
		return ACTION_DROP;
	}
	arrival_reply(work, arrival, flow, &scratch->reply);
	flow_other_key(work->family, flow, work_proto_of(work), &scratch->key);
	if (reply_claim(work->family, &scratch->key, &scratch->reply, work->opens))
		return refuse_arrival(context, work, arrival, flow);
	count_service(SERVICE_COUNT_RECEIVED);
	if (work->fragment == FRAGMENT_FIRST)
		service_fragment_remember(work, flow);
	return rewrite(context, work, flow) ? ACTION_DROP : ACTION_PASS;
}

#endif
