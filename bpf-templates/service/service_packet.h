/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* service_packet.h: the one packet that a program of services works on.
 *
 * The structure is handed to global functions of BPF, so it has no padding and is set as a whole.
 */
#ifndef POLC_SERVICE_PACKET_H
#define POLC_SERVICE_PACKET_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>

#include "../keep_apart.h"
#include "service_abi.h"

union flow_key {
	struct flow4_key v4;
	struct flow6_key v6;
};

enum fragment { FRAGMENT_NONE, FRAGMENT_FIRST, FRAGMENT_LATER };

struct work {
	/* The tuple as it is in the packet. Of an ICMP error: the quoted packet's reversed, as the next packet of the same
	 * direction would have it. Of a later fragment: without ports.
	 */
	union flow_key key;
	__u32 l3;          /* offsets of the IP header, of the transport header, and of the end of the IP packet */
	__u32 l4;
	__u32 end;
	__u32 quoted;      /* of an ICMP error: offsets of the quoted IP header and of its transport header; else 0 */
	__u32 quoted_l4;
	__u32 fragment_id;
	__u32 service_port; /* index, as soon as it is known: of what the packet asked for */
	__u8 family;       /* 4 or 6 */
	__u8 proto;        /* of the packet itself: an ICMP error has IPPROTO_ICMP here, and the quoted protocol in its key */
	__u8 hook;         /* enum service_hook */
	__u8 fragment;     /* enum fragment */
	__u8 opens;        /* TCP SYN without ACK */
	__u8 answers;      /* TCP SYN with ACK */
	__u8 fin;
	__u8 rst;
	__u8 options;      /* the IP header has options, or extension headers follow it */
	__u8 df;           /* IPv4: do not fragment; IPv6: always */
	__u8 received;     /* receive() took off what another node put on */
	__u8 reserved;
};
_Static_assert(sizeof(struct work) == 80, "without padding, which the verifier would take for unset");

/* What another node's dispatch says of a packet: who was asked, and for which endpoint of this node it chose. */
struct arrival {
	__u8 service[16];
	__u8 endpoint[16]; /* its address: of IPIP the outer destination, else the packet's own */
	__be16 port;       /* the service's */
	__u16 tunnelled;   /* as every packet of its connection is */
	__u32 reserved;
};
_Static_assert(sizeof(struct arrival) == 40, "without padding, which the verifier would take for unset");

static __always_inline void copy_address(void *to, const void *from)
{
	((__u64 *)to)[0] = ((const __u64 *)from)[0];
	((__u64 *)to)[1] = ((const __u64 *)from)[1];
}

static __always_inline bool has_ports(__u32 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP;
}

static __always_inline void work_ports(struct work *work, __u32 ports, __u32 proto)
{
	if (work->family == 4) {
		work->key.v4.ports = ports;
		work->key.v4.proto = proto;
	} else {
		work->key.v6.ports = ports;
		work->key.v6.proto = proto;
	}
}

static __always_inline __u32 ports_reversed(__u32 ports)
{
	return ports >> 16 | ports << 16;
}

static __always_inline __u32 work_ports_of(const struct work *work)
{
	__u32 v4 = work->key.v4.ports, v6 = work->key.v6.ports;

	KEEP_BOTH_READ(v4, v6);
	return work->family == 4 ? v4 : v6;
}

static __always_inline __u32 work_proto_of(const struct work *work)
{
	__u32 v4 = work->key.v4.proto, v6 = work->key.v6.proto;

	KEEP_BOTH_READ(v4, v6);
	return work->family == 4 ? v4 : v6;
}

#endif
