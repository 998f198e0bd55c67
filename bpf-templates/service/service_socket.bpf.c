// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* service_socket.bpf.c: services for the node's own processes, at their sockets: no packet is ever rewritten.
 *
 * connect4/6       A socket that connects to a service gets an endpoint. It never moves: TCP drains, and of UDP the loader ends
 *                  the sockets whose endpoint has left.
 * sendmsg4/6       A datagram of a socket that is not connected goes to the endpoint that the socket's last one to this service
 *                  went to, and to another one if that has left.
 * recvmsg4/6,      What comes from the endpoint comes from the service.
 * getpeername4/6
 *
 * A client sees ECONNREFUSED where the service refuses. Where it is silent, nothing would come back from the network either, so
 * the client need not wait for that: TCP gets ETIMEDOUT at once, UDP EPERM, as the kernel says for what a firewall drops.
 * Sockets of other network namespaces under the same cgroup, which pods have, are left to the pods' own hooks.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/in.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>

#include "choose.h"
#include "frontends.h"
#include "socket_record.h"

const volatile __u64 node_netns SEC(".rodata.netns") = 0; /* cookie of the node's network namespace */

static __always_inline void count_and_set(__u32 counter, int error)
{
	count_service(counter);
	bpf_set_retval(error);
}

static __always_inline int refuse(const struct end *asked, __u32 counter)
{
	bool silent = service.refusal == REFUSE_DROP || counter == SERVICE_COUNT_DROPPED_EMPTY ||
		      counter == SERVICE_COUNT_DROPPED_RANGE;

	count_and_set(counter, !silent ? -ECONNREFUSED : asked->proto == IPPROTO_TCP ? -ETIMEDOUT : -EPERM);
	return SOCKET_REFUSED;
}

/* As a packet of the node to there would be. */
static __always_inline void fill_work(struct work *work, const struct end *asked)
{
	work->family = asked->family;
	work->proto = asked->proto;
	if (asked->family == 4) {
		work->key.v4.source = *(const __be32 *)(const void *)service.node4;
		work->key.v4.destination = *(const __be32 *)asked->address;
	} else {
		copy_address(work->key.v6.source, (const void *)service.node6);
		copy_address(work->key.v6.destination, asked->address);
	}
	work_ports(work, (__u32)asked->port << 16, asked->proto);
}

static __always_inline int choose_any(const struct work *work, const struct service_port *port, __u32 service_port,
				      __u32 whom, const struct endpoint_set *set)
{
	int chosen = port->affinity ? choose_affine(work, port, service_port, whom) : CHOSEN_NONE;

	return chosen >= 0 ? chosen : choose_member(set, bpf_get_prandom_u32() % set->count);
}

static __always_inline void remember(const struct work *work, const struct record *record, __u32 whom)
{
	struct affinity affinity = { record->endpoint, record->identity, bpf_ktime_get_ns() };
	union affinity_key key = {};

	affinity_key_fill(work, record->service_port, whom, &key);
	UPDATE(affinity, work->family, &key, &affinity, BPF_ANY);
}

/* The endpoint for what is asked for. */
static __always_inline int find_endpoint(const struct end *asked, struct record *record)
{
	struct work work = {};
	const struct frontend *frontend;
	const struct service_port *port;
	const struct endpoint_set *set;
	const struct endpoint *endpoint;
	__u32 flags, whom, index;
	int chosen;

	fill_work(&work, asked);
	flags = destination_of(work.family, &work.key);
	if (!flags)
		return SOCKET_NOT_OURS;
	frontend = frontend_of(&work, flags);
	if (!frontend)
		return flags & DESTINATION_CLUSTER_IP ? refuse(asked, SERVICE_COUNT_REFUSED_PORT) : SOCKET_NOT_OURS;
	record->service_port = frontend->service_port;
	whom = frontend->kind == FRONTEND_CLUSTER_IP ? FOR_CLUSTER_IP : FOR_INSIDE;
	port = bpf_map_lookup_elem(&service_ports, &record->service_port);
	if (!port)
		return refuse(asked, SERVICE_COUNT_DAMAGED);
	if (!source_allowed(&work, frontend, port))
		return refuse(asked, SERVICE_COUNT_DROPPED_RANGE);
	if (is_other_nodes(frontend, port, flags))
		return SOCKET_NOT_OURS;
	index = port->set[whom];
	set = bpf_map_lookup_elem(&sets, &index);
	if (!set)
		return refuse(asked, SERVICE_COUNT_DAMAGED);
	chosen = set->count ? choose_any(&work, port, record->service_port, whom, set) : CHOSEN_NONE;
	endpoint = chosen < 0 ? NULL : endpoint_at(chosen);
	if (!endpoint)
		return refuse(asked, port->empty[whom] == REFUSE_DROP ? SERVICE_COUNT_DROPPED_EMPTY :
									SERVICE_COUNT_REFUSED_EMPTY);
	record->endpoint = chosen;
	record->identity = endpoint->identity;
	record->backend = (struct end){ .port = endpoint->port, .family = asked->family, .proto = asked->proto };
	copy_address(record->backend.address, endpoint->address);
	if (port->affinity)
		remember(&work, record, whom);
	count_service(SERVICE_COUNT_OPENED);
	return SOCKET_FOUND;
}

static __always_inline bool is_of_node(struct bpf_sock_addr *context)
{
	return !node_netns || bpf_get_netns_cookie(context) == node_netns;
}

static __always_inline bool has_services(const struct end *asked)
{
	return asked->proto == IPPROTO_TCP || asked->proto == IPPROTO_UDP;
}

static __always_inline int connect(struct bpf_sock_addr *context, struct end *asked, struct record *record)
{
	int found;

	if (!is_of_node(context) || !has_services(asked))
		return SOCKET_NOT_OURS;
	found = find_endpoint(asked, record);
	if (found == SOCKET_FOUND)
		record_peer(bpf_get_socket_cookie(context), asked, record);
	return found;
}

/* The record of where datagrams go is looked at first: a socket stays with an endpoint as long as the service has it. */
static __always_inline int send(struct bpf_sock_addr *context, struct end *asked, struct record *record)
{
	__u64 cookie = bpf_get_socket_cookie(context);
	const struct endpoint *endpoint;
	int found;

	if (!is_of_node(context) || !has_services(asked))
		return SOCKET_NOT_OURS;
	if (record_route_find(cookie, asked, record)) {
		endpoint = endpoint_at(record->endpoint);
		if (endpoint && endpoint->identity == record->identity) {
			record_peer_keep(cookie, asked, record);
			return SOCKET_FOUND;
		}
	}
	found = find_endpoint(asked, record);
	if (found == SOCKET_FOUND) {
		record_route(cookie, asked, record);
		record_peer(cookie, asked, record);
	}
	return found;
}

#define CALLED_BY_CLIENT(name, step)                                        \
	SEC("cgroup/" #name "4") int name##4(struct bpf_sock_addr * context) \
	{                                                                   \
		struct record record = {};                                  \
		struct end asked = {};                                      \
		int found;                                                  \
                                                                            \
		end_of4(context, &asked);                                   \
		found = step(context, &asked, &record);                     \
		if (found == SOCKET_FOUND)                                  \
			end_to4(context, &record.backend);                  \
		return found != SOCKET_REFUSED;                             \
	}                                                                   \
                                                                            \
	SEC("cgroup/" #name "6") int name##6(struct bpf_sock_addr * context) \
	{                                                                   \
		struct record record = {};                                  \
		struct end asked = {};                                      \
		int found;                                                  \
                                                                            \
		end_of6(context, &asked);                                   \
		found = step(context, &asked, &record);                     \
		if (found == SOCKET_FOUND)                                  \
			end_to6(context, &record.backend);                  \
		return found != SOCKET_REFUSED;                             \
	}

CALLED_BY_CLIENT(connect, connect)
CALLED_BY_CLIENT(sendmsg, send)

/* The peer as the client asked for it. */
#define PEER_OF(name)                                                                \
	SEC("cgroup/" #name "4") int name##4(struct bpf_sock_addr * context)          \
	{                                                                            \
		struct end peer = {};                                                \
                                                                                     \
		end_of4(context, &peer);                                             \
		if (record_peer_find(bpf_get_socket_cookie(context), &peer))          \
			end_to4(context, &peer);                                     \
		return 1;                                                            \
	}                                                                            \
                                                                                     \
	SEC("cgroup/" #name "6") int name##6(struct bpf_sock_addr * context)          \
	{                                                                            \
		struct end peer = {};                                                \
                                                                                     \
		end_of6(context, &peer);                                             \
		if (record_peer_find(bpf_get_socket_cookie(context), &peer))          \
			end_to6(context, &peer);                                     \
		return 1;                                                            \
	}

PEER_OF(recvmsg)
PEER_OF(getpeername)

char LICENSE[] SEC("license") = "Dual BSD/GPL";
