/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* conntrack_types.h: keys and values of the connection and fragment maps.
 *
 * A connection has one entry for both of its directions: the key holds its two ends in a fixed order, whoever sends.
 * It has one entry on a node even if both of its pods are there: each side notes its own allow.
 */
#ifndef POLC_CONNTRACK_TYPES_H
#define POLC_CONNTRACK_TYPES_H

#include <linux/types.h>

#include "abi.h"

/* The two ends, the numerically smaller first. Ports are in network order, the first end's in the low half of the
 * word; an ICMP echo has its identifier as the port of the end that asks, and 0 at the other.
 */
struct key4 {
	__be32 address[2];
	__u32 ports; /* see ports_of() in packet.h */
	__u32 proto;
};
_Static_assert(sizeof(struct key4) == 16, "key4 crosses the border");

struct key6 {
	__u64 address[2][2];
	__u32 ports;
	__u32 proto;
};
_Static_assert(sizeof(struct key6) == 40, "key6 crosses the border");

union connection_key {
	struct key4 v4;
	struct key6 v6;
};

#define CONNECTION_REPLIED 1    /* the end that accepts has answered */
#define CONNECTION_FIN_OPENER 2 /* the end that opened it has sent its FIN */
#define CONNECTION_FIN_OTHER 4 /* so has the other */
#define CONNECTION_RESET 8     /* a RST passed */
#define CONNECTION_OF_NODE 16  /* the node itself opened it, or the pod to itself */

struct connection {
	__u32 epoch[SIDES];   /* in which this side's policy allowed it; 0: not asked yet, or not on this node */
	__u32 ifindex[SIDES]; /* of the pod that each side allowed it for */
	__u32 seen;           /* ticks: see conntrack.h */
	__u8 opener;          /* which end of the key opened it */
	__u8 flags;           /* CONNECTION_* */
	__u16 reserved;
};
_Static_assert(sizeof(struct connection) == 24, "connection crosses the border");

struct address6_key {
	__u64 address[2]; /* as in the packet */
};

union address_key {
	__be32 v4;
	struct address6_key v6;
};

/* A datagram in fragments, at one hook of one interface: what passed there says nothing of another pod. */
struct fragment4 {
	__be32 source;
	__be32 destination;
	__u32 id;
	__u32 proto;
	__u32 ifindex;
	__u32 hook;
};
_Static_assert(sizeof(struct fragment4) == 24, "fragment4 crosses the border");

struct fragment6 {
	__u64 source[2];
	__u64 destination[2];
	__u32 id;
	__u32 proto;
	__u32 ifindex;
	__u32 hook;
};
_Static_assert(sizeof(struct fragment6) == 48, "fragment6 crosses the border");

union fragment_key {
	struct fragment4 v4;
	struct fragment6 v6;
};

/* When its first fragment passed. */
struct fragment_pass {
	__u32 seen; /* ticks */
};

#endif
