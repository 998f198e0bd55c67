/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* abi.h: what crosses the border between the programs, the loader and polc.
 *
 * Included by the programs, by the loader and by the tests. Layouts are fixed and asserted: the other side is another
 * compiler, or TypeScript. Integers are in host order unless they say otherwise.
 */
#ifndef POLC_ABI_H
#define POLC_ABI_H

#include <linux/types.h>

/* A side of a connection: the egress policy of the pod that opened it, the ingress policy of the pod that accepts it. */
enum side { SIDE_EGRESS, SIDE_INGRESS, SIDES };

/* Where a program runs, seen from the pod: its index in a dispatch table is slot * HOOKS + hook. */
enum hook { HOOK_FROM_POD, HOOK_TO_POD, HOOKS };

enum action { ACTION_DENY, ACTION_ALLOW };

/* .rodata.config of every policy program, written by the loader before it loads. */
struct config {
	__u32 epoch;                  /* of the generation this program belongs to, from 1 */
	__u32 profile;                /* names the subject's policies in user space */
	__u32 deny_events_per_second; /* on each CPU; 0: no limit */
	__u8 ipv6;                    /* 0: the node has no IPv6 pods, IPv6 is dropped and counted */
	__u8 audit;                   /* report what would be denied, and let it pass */
	__u8 log_allowed;             /* log every allowed connection, not only those of logged rules */
	__u8 log_denied;              /* log every denied flow, not only those of logged policies */
};
_Static_assert(sizeof(struct config) == 16, "config crosses the border");

/* .rodata.config of a dispatcher. */
struct dispatcher_config {
	__u32 slot;
};
_Static_assert(sizeof(struct dispatcher_config) == 4, "dispatcher_config crosses the border");

/* The only entry of the map `active`: writing it is what makes a generation the one in force. */
struct active {
	__u32 epoch; /* odd epochs are in dispatch1, even ones in dispatch0; 0: nothing was ever applied */
};
_Static_assert(sizeof(struct active) == 4, "active crosses the border");

enum event_verdict { EVENT_DENY, EVENT_ALLOW, EVENT_AUDIT };

/* One record of the ring `events`. Addresses are in network order, IPv4 in the first four bytes. */
struct event {
	__u64 time_ns;  /* CLOCK_MONOTONIC */
	__u64 first_ns; /* denies: when this flow took its place in the map `denied`; with `cell` it names the run */
	__u64 total;    /* packets of the run so far, this one included; 1 for an allow */
	__u8 source[16];
	__u8 destination[16];
	__u16 source_port;      /* of the connection: source is who opened it */
	__u16 destination_port;
	__u8 proto;             /* IPPROTO_* */
	__u8 family;            /* 4 or 6 */
	__u8 side;              /* enum side */
	__u8 verdict;           /* enum event_verdict */
	__u32 rule;             /* 0: no rule; a deny is then by isolation */
	__u32 profile;
	__u32 epoch;
	__u32 ifindex;
	__u32 cell; /* index in `denied` */
	__u32 cpu;
};
_Static_assert(sizeof(struct event) == 88, "event crosses the border");

/* A run of denied packets of one flow: an entry of the per-CPU map `denied`. */
struct denied_run {
	struct event event; /* as last reported; total and time_ns go on without a report within a window */
	__u64 window_ns;    /* start of the window in which packets are only counted */
};
_Static_assert(sizeof(struct denied_run) == 96, "denied_run crosses the border");

#define DENIED_CELLS 4096
#define DENIED_WINDOW_NS 5000000000ULL

/* Indices of the per-CPU map `counters`, in packets unless they say otherwise. The loader prints the names. */
#define POLC_COUNTERS(X)                                                                    \
	X(ALLOWED_NEW, "allowed_new", "new connections allowed, once on each side")          \
	X(DENIED, "denied", "denied by policy")                                              \
	X(AUDITED, "audited", "denied by policy, let through in audit mode")                 \
	X(DROP_TRUNCATED, "drop_truncated", "headers longer than the packet")                \
	X(DROP_ETHERTYPE, "drop_ethertype", "neither IP nor ARP, VLAN tags included")        \
	X(DROP_HEADER, "drop_header", "an IP or transport header that contradicts itself")   \
	X(DROP_SOURCE_ROUTE, "drop_source_route", "IPv4 source route or IPv6 routing header") \
	X(DROP_EXTENSION, "drop_extension", "IPv6 extension headers, too many or unknown")   \
	X(DROP_FRAGMENT, "drop_fragment", "later fragment whose first one did not pass")     \
	X(DROP_FAMILY, "drop_family", "IPv6 on a node without IPv6 pods")                    \
	X(DROP_CLASS, "drop_class", "peer class out of range: the node's state is damaged")  \
	X(DROP_DISPATCH, "drop_dispatch", "no program in the dispatch table")                \
	X(DROP_LINK_LOCAL, "drop_link_local", "neighbour discovery from beyond the link")    \
	X(CONNTRACK_FULL, "conntrack_full", "connections that could not be remembered")      \
	X(LOST_RING, "lost_ring", "events lost, the ring was full")                          \
	X(LOST_BUDGET, "lost_budget", "deny events not sent, over the rate budget")

enum counter {
#define POLC_COUNTER_ENUM(id, name, meaning) COUNT_##id,
	POLC_COUNTERS(POLC_COUNTER_ENUM)
#undef POLC_COUNTER_ENUM
	COUNTERS
};

/* LPM trie keys of `cidrs4` and `cidrs6`. */
struct cidr4_key {
	__u32 prefix;
	__u8 address[4];
};
_Static_assert(sizeof(struct cidr4_key) == 8, "cidr4_key crosses the border");

struct cidr6_key {
	__u32 prefix;
	__u8 address[16];
};
_Static_assert(sizeof(struct cidr6_key) == 20, "cidr6_key crosses the border");

/* Peer class 0: an address that nothing knows and no block contains. */
#define CLASS_UNKNOWN 0

#define PEER_OWN_NODE 1u /* flag of struct peer: the node itself, always allowed */

#endif
