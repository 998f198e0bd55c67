/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* opener.h: who opened a TCP connection that has no entry: older than its pod's policy, or pushed out of a full table.
 *   opener_of(context, j) -> which end of the key, or OPENER_UNKNOWN
 * The pod's own sockets tell. A pod that listens on its port accepted the connection; one that has the connection and does
 * not listen opened it.
 */
#ifndef POLC_OPENER_H
#define POLC_OPENER_H

#include "judged.h"

#define OPENER_UNKNOWN 2

static __always_inline __u16 network_port(const struct judged *j, bool second)
{
	__u32 ports = j->packet.family == 4 ? j->key.v4.ports : j->key.v6.ports;

	return second ? ports >> 16 : ports & 0xffff;
}

#define NO_SOCKET 0

/* The state of the pod's socket. Without the other end's port only one that listens is found. */
static __always_inline __u32 socket_state(struct __sk_buff *context, const struct judged *j, bool pod, bool listens)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *socket;
	__u32 size, state;

	if (j->packet.family == 4) {
		tuple.ipv4.saddr = end4(&j->key.v4, !pod);
		tuple.ipv4.daddr = end4(&j->key.v4, pod);
		tuple.ipv4.sport = listens ? 0 : network_port(j, !pod);
		tuple.ipv4.dport = network_port(j, pod);
		size = sizeof(tuple.ipv4);
	} else {
		end6(&j->key.v6, !pod, (__u64 *)tuple.ipv6.saddr);
		end6(&j->key.v6, pod, (__u64 *)tuple.ipv6.daddr);
		tuple.ipv6.sport = listens ? 0 : network_port(j, !pod);
		tuple.ipv6.dport = network_port(j, pod);
		size = sizeof(tuple.ipv6);
	}
	socket = bpf_skc_lookup_tcp(context, &tuple, size, j->netns, 0);
	if (!socket)
		return NO_SOCKET;
	state = socket->state;
	bpf_sk_release(socket);
	return state;
}

static __always_inline bool is_connected(__u32 state)
{
	return state != NO_SOCKET && state != BPF_TCP_LISTEN && state != BPF_TCP_SYN_RECV && state != BPF_TCP_NEW_SYN_RECV;
}

/* What a pod sends from a port that it listens on answers only a connection that it has: a raw socket sends from any port. */
static __always_inline int opener_of(struct __sk_buff *context, const struct judged *j)
{
	bool pod = j->hook == HOOK_FROM_POD ? j->packet.sender : !j->packet.sender;

	if (j->netns < 0)
		return OPENER_UNKNOWN;
	if (socket_state(context, j, pod, true) == NO_SOCKET)
		return socket_state(context, j, pod, false) == NO_SOCKET ? OPENER_UNKNOWN : pod;
	if (j->hook == HOOK_FROM_POD && !is_connected(socket_state(context, j, pod, false)))
		return OPENER_UNKNOWN;
	return !pod;
}

#endif
