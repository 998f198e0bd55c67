/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* abi.h: what crosses the border between the programs, the loader and polc.
 *
 * Included by the programs, by the loader and by the tests. Layouts are fixed and asserted: the other side is another
 * compiler, or TypeScript. Integers are in host order unless they say otherwise. map_list.h lists the maps.
 */
#ifndef POLC_ABI_H
#define POLC_ABI_H

#include <linux/bpf.h>
#include <linux/types.h>

/* Of everything that stays pinned over an upgrade: the directory of the pins carries it. */
#define LAYOUT_VERSION 2

/* A side of a connection: the egress policy of the pod that opened it, the ingress policy of the pod that accepts it. */
enum side { SIDE_EGRESS, SIDE_INGRESS, SIDES };

/* Where a program runs, seen from the pod. */
enum hook { HOOK_FROM_POD, HOOK_TO_POD, HOOKS };

enum action { ACTION_DENY, ACTION_ALLOW };

/* Policy is there twice. One bank is in force, and a change is written into the other one. */
#define BANKS 2

struct settings {
	__u32 deny_events_per_second;  /* of one subject, on each CPU; 0: no limit */
	__u32 allow_events_per_second; /* likewise */
	__u8 ipv6;                     /* 0: the node has no IPv6 pods, IPv6 is dropped and counted */
	__u8 audit;                    /* report what would be denied or dropped, and let it pass */
	__u8 log_allowed;              /* log every allowed connection, not only those of logged rules */
	__u8 log_denied;               /* log every denied flow, not only those of logged policies */
	__u8 log_dropped;              /* log what is dropped for another reason than policy */
	__u8 reserved[3];
	__u32 blocks4_depth; /* halvings of a search in `blocks4`: the table has 2^depth entries */
	__u32 blocks6_depth;
	__u32 local_ifindex; /* skb->ingress_ifindex of the node's own packets: 0, but for test runs */
	__u32 reserved2;
};
_Static_assert(sizeof(struct settings) == 32, "settings crosses the border");

/* The only entry of the map `control`. Writing `now` is what puts a generation in force. */
struct control {
	__u64 now; /* generation << 32 | epoch; the generation's lowest bit is the bank in force */
	struct settings settings[BANKS];
};
_Static_assert(sizeof(struct control) == 72, "control crosses the border");

/* .rodata.layout of every program: entries of one bank of each array. */
struct layout {
	__u32 subjects;
	__u32 classes;
	__u32 steps;
	__u32 blocks;
};
_Static_assert(sizeof(struct layout) == 16, "layout crosses the border");

/* .rodata.specialised: which version of a subject the program's own decision is for; 0: it has none. */
struct specialised {
	__u64 version;
};
_Static_assert(sizeof(struct specialised) == 8, "specialised crosses the border");

/* Pods that no policy can tell apart. `subjects` by bank and number. */
struct subject_entry {
	__u32 profile; /* names the subject's policies in user space */
	__u32 reserved;
	__u64 version; /* of the specialised code that decides the same; 0: there is none */
};
_Static_assert(sizeof(struct subject_entry) == 16, "subject_entry crosses the border");

/* What a subject's policies say of a class of peers: `rows` by bank, subject and class. A run is start << 5 | depth: it has
 * 2^depth steps from `start`, counted in the bank.
 */
struct row {
	__u32 run[SIDES];
};
_Static_assert(sizeof(struct row) == 8, "row crosses the border");

#define RUN_DEPTH_BITS 5
#define RUN_DEPTH_MASK 31u

/* From `key` on, up to the next step's key. A run's first step has key 0; what fills it up to a power of two has the
 * highest key and the last outcome. Step 0 of a bank denies: that is what a row says that was never written.
 */
struct step {
	__u32 key;     /* protocol << 16 | port */
	__u32 outcome; /* rule << 2 | logged << 1 | enum action */
};
_Static_assert(sizeof(struct step) == 8, "step crosses the border");

/* From `first` on, up to the next entry's: the class of addresses that `addresses4` does not have. In host order, filled up
 * like a run.
 */
struct block4 {
	__u32 first;
	__u32 class;
};
_Static_assert(sizeof(struct block4) == 8, "block4 crosses the border");

struct block6 {
	__u64 first[2]; /* the high half first */
	__u32 class;
	__u32 reserved;
};
_Static_assert(sizeof(struct block6) == 24, "block6 crosses the border");

/* Peer class 0: an address that nothing knows and no block contains. */
#define CLASS_UNKNOWN 0

/* A value of `addresses4` and `addresses6`. Nobody takes the lock: with it the loader can change an entry in its place
 * (BPF_F_LOCK). Else the kernel would put another element there, and give the old one to another key while a program reads it.
 */
struct address {
	struct bpf_spin_lock lock;
	__u32 class[BANKS];
};
_Static_assert(sizeof(struct address) == 12, "address crosses the border");

#define ADDRESS_ABSENT 0xffffffffu   /* not in this bank: its block tells the class */
#define ADDRESS_OWN_NODE 0x80000000u /* the node itself: always allowed as a destination */

/* A pod of this node: a value of `pods`, by the ifindex of its interface. */
struct pod {
	struct bpf_spin_lock lock; /* as in struct address */
	__s32 netns;		   /* id of its network namespace as the node's sees it; -1: not known */
	__u32 subject[BANKS];
	__be32 address4; /* the source that its packets have, 0: none; further ones are in `sources4` */
	__u32 reserved;
	__u64 address6[2];
};
_Static_assert(sizeof(struct pod) == 40, "pod crosses the border");

/* The same as the CPU that it is on saw it last, in one generation and epoch: a value of `recent_pods`. */
struct recent_pod {
	__u64 now; /* control.now, when it was read */
	__u32 ifindex;
	__u32 subject; /* in the bank in force */
	__s32 netns;
	__be32 address4;
	__u64 address6[2];
};
_Static_assert(sizeof(struct recent_pod) == 40, "recent_pod crosses the border");

#define RECENT_PODS 256 /* entries; a pod's is its ifindex, modulo that */

#define SUBJECT_NONE 0xffffffffu   /* no policy selects it: only its sources are checked */
#define SUBJECT_CLOSED 0xfffffffeu /* not known yet: nothing but the node reaches it */

/* LPM keys of `sources4` and `sources6`: further sources of the packets of one interface. */
struct source4_key {
	__u32 prefix; /* 32 and the length of the block */
	__u32 ifindex;
	__u8 address[4];
};
_Static_assert(sizeof(struct source4_key) == 12, "source4_key crosses the border");

struct source6_key {
	__u32 prefix;
	__u32 ifindex;
	__u8 address[16];
};
_Static_assert(sizeof(struct source6_key) == 24, "source6_key crosses the border");

enum event_type { EVENT_VERDICT = 1, EVENT_DROP };
enum event_verdict { EVENT_DENY, EVENT_ALLOW, EVENT_AUDIT };

#define EVENT_VERSION 1

/* One record of the ring `events`. Addresses are in network order, IPv4 in the first four bytes. */
struct event {
	__u8 type;     /* enum event_type */
	__u8 version;  /* EVENT_VERSION */
	__u16 length;  /* of this record */
	__u32 reason;  /* EVENT_DROP: enum counter */
	__u64 time_ns; /* CLOCK_MONOTONIC */
	__u64 first_ns; /* denies: when this flow took its place in the map `denied`; with `cell` it names the run */
	__u64 total;    /* packets of the run so far, this one included; 1 for an allow */
	__u8 source[16];
	__u8 destination[16];
	__u16 source_port;      /* of the connection: source is who opened it */
	__u16 destination_port;
	__u8 proto;             /* IPPROTO_* */
	__u8 family;            /* 4 or 6; of a drop 0 if it was not read */
	__u8 side;              /* enum side */
	__u8 verdict;           /* enum event_verdict */
	__u32 rule;             /* of the profile's policy set; 0: no rule, a deny is then by isolation */
	__u32 profile;
	__u32 generation;
	__u32 ifindex;
	__u32 cell; /* index in `denied` */
	__u32 cpu;
};
_Static_assert(sizeof(struct event) == 96, "event crosses the border");

/* A run of denied packets of one flow: an entry of the per-CPU map `denied`. */
struct denied_run {
	struct event event; /* as last reported; total and time_ns go on without a report within a window */
	__u64 window_ns;    /* start of the window in which packets are only counted */
};
_Static_assert(sizeof(struct denied_run) == 104, "denied_run crosses the border");

#define DENIED_CELLS 4096
#define DENIED_WINDOW_NS 5000000000ULL

/* What one subject has sent in the current second: the per-CPU map `budgets`, by subject. */
struct budget {
	__u64 second; /* its start, in ns */
	__u32 denies;
	__u32 allows;
};
_Static_assert(sizeof(struct budget) == 16, "budget crosses the border");

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
	X(DROP_POD, "drop_pod", "from or to an interface that no pod is known for")          \
	X(DROP_CLOSED, "drop_closed", "from or to a pod that was not described yet")         \
	X(DROP_SOURCE, "drop_source", "left a pod with a source that is not the pod's")      \
	X(DROP_LINK_LOCAL, "drop_link_local", "neighbour discovery from beyond the link, or for others") \
	X(DROP_NO_CONNECTION, "drop_no_connection", "TCP of no connection that is known to be allowed") \
	X(CONNTRACK_FULL, "conntrack_full", "connections that could not be remembered")      \
	X(LOST_RING, "lost_ring", "events lost, the ring was full")                          \
	X(LOST_BUDGET, "lost_budget", "events not sent, over their subject's budget")

enum counter {
#define POLC_COUNTER_ENUM(id, name, meaning) COUNT_##id,
	POLC_COUNTERS(POLC_COUNTER_ENUM)
#undef POLC_COUNTER_ENUM
	COUNTERS
};

#endif
