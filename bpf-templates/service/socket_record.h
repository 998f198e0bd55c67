/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* socket_record.h: what a socket of the node asked for and what it got, in the map `sockets`, by the socket's cookie. Two kinds:
 *   peer    by the backend: the service that it stands for, for whoever asks where something comes from
 *   route   by the service (SOCKET_ROUTE): the backend that datagrams of a socket that is not connected go to
 * An IPv6 socket's IPv4 peer is one of IPv4 here.
 */
#ifndef POLC_SERVICE_SOCKET_RECORD_H
#define POLC_SERVICE_SOCKET_RECORD_H

#include "service_packet.h"
#include "service_maps.h"

#define SOCKET_NOT_OURS 0
#define SOCKET_FOUND 1
#define SOCKET_REFUSED 2

#define SOCKET_ROUTE 1 /* socket_key.reserved */

/* An address and port, as a socket has them. */
struct end {
	__u8 address[16];
	__be16 port;
	__u8 family;
	__u8 proto;
	__u32 reserved;
};

struct record {
	struct end backend;
	__u32 endpoint;
	__u32 identity;
	__u32 service_port;
	__u32 reserved;
};

static __always_inline void end_of4(struct bpf_sock_addr *context, struct end *end)
{
	*(__be32 *)end->address = context->user_ip4;
	end->port = context->user_port;
	end->family = 4;
	end->proto = context->protocol;
}

static __always_inline void end_of6(struct bpf_sock_addr *context, struct end *end)
{
	__u32 words[4] = { context->user_ip6[0], context->user_ip6[1], context->user_ip6[2], context->user_ip6[3] };
	bool mapped = !words[0] && !words[1] && words[2] == bpf_htonl(0xffff);

	end->family = mapped ? 4 : 6;
	if (mapped)
		*(__be32 *)end->address = words[3];
	else
		__builtin_memcpy(end->address, words, sizeof(words));
	end->port = context->user_port;
	end->proto = context->protocol;
}

static __always_inline void end_to4(struct bpf_sock_addr *context, const struct end *end)
{
	context->user_ip4 = *(const __be32 *)end->address;
	context->user_port = end->port;
}

static __always_inline void end_to6(struct bpf_sock_addr *context, const struct end *end)
{
	const __u32 *words = (const __u32 *)end->address;

	if (end->family == 4) {
		context->user_ip6[3] = words[0];
	} else {
		context->user_ip6[0] = words[0];
		context->user_ip6[1] = words[1];
		context->user_ip6[2] = words[2];
		context->user_ip6[3] = words[3];
	}
	context->user_port = end->port;
}

static __always_inline void record_key(__u64 cookie, const struct end *end, __u32 kind, struct socket_key *key)
{
	*key = (struct socket_key){
		.cookie = cookie, .port = end->port, .family = end->family, .proto = end->proto, .reserved = kind
	};
	copy_address(key->backend, end->address);
}

static __always_inline void record_write(__u64 cookie, const struct end *at, __u32 kind, const struct end *other,
					 const struct record *record)
{
	struct socket_service value = {
		.port = other->port,
		.endpoint = record->endpoint,
		.identity = record->identity,
		.service_port = record->service_port,
	};
	struct socket_key key;

	record_key(cookie, at, kind, &key);
	copy_address(value.address, other->address);
	bpf_map_update_elem(&sockets, &key, &value, BPF_ANY);
}

static __always_inline void record_peer(__u64 cookie, const struct end *asked, const struct record *record)
{
	record_write(cookie, &record->backend, 0, asked, record);
}

static __always_inline void record_route(__u64 cookie, const struct end *asked, const struct record *record)
{
	record_write(cookie, asked, SOCKET_ROUTE, &record->backend, record);
}

/* A full map may have lost it. */
static __always_inline void record_peer_keep(__u64 cookie, const struct end *asked, const struct record *record)
{
	struct socket_key key;

	record_key(cookie, &record->backend, 0, &key);
	if (!bpf_map_lookup_elem(&sockets, &key))
		record_peer(cookie, asked, record);
}

static __always_inline bool record_route_find(__u64 cookie, const struct end *asked, struct record *record)
{
	const struct socket_service *value;
	struct socket_key key;

	record_key(cookie, asked, SOCKET_ROUTE, &key);
	value = bpf_map_lookup_elem(&sockets, &key);
	if (!value)
		return false;
	record->backend = (struct end){ .port = value->port, .family = asked->family, .proto = asked->proto };
	copy_address(record->backend.address, value->address);
	record->endpoint = value->endpoint;
	record->identity = value->identity;
	record->service_port = value->service_port;
	return true;
}

/* The peer becomes the service that it stands for. */
static __always_inline bool record_peer_find(__u64 cookie, struct end *peer)
{
	const struct socket_service *value;
	struct socket_key key;

	record_key(cookie, peer, 0, &key);
	value = bpf_map_lookup_elem(&sockets, &key);
	if (!value)
		return false;
	copy_address(peer->address, value->address);
	peer->port = value->port;
	return true;
}

#endif
