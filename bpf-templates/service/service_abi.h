/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* service_abi.h: what crosses the border between the programs of services, the loader and polc. service_map_list.h lists the
 * maps. Integers are in host order unless they say otherwise; addresses and ports as __be are as in the packet. An address is
 * of 16 bytes, IPv4 in the first four and zero behind.
 */
#ifndef POLC_SERVICE_ABI_H
#define POLC_SERVICE_ABI_H

#include <linux/bpf.h>
#include <linux/types.h>

/* Of what stays pinned over an upgrade: flows, affinity, fragments, sockets. The directory of the pins carries it. */
#define SERVICE_LAYOUT_VERSION 1

/* Where a program runs. A pod's programs are on the host side of its interface, around the ones of policy. */
enum service_hook {
	SERVICE_FROM_POD,  /* before policy: from a service's address to a backend */
	SERVICE_TO_POD,    /* after policy: back */
	SERVICE_FROM_LINK, /* what arrives at the node: XDP or tc */
	SERVICE_TO_LINK,   /* what leaves the node: tc */
	SERVICE_HOOKS
};

/* How a packet gets to the node of its backend. */
enum dispatch {
	DISPATCH_OPT,    /* IPv4 option, IPv6 destination option, on what opens a flow */
	DISPATCH_IPIP,   /* IPIP, IP6IP6: the inner packet is the client's own, the outer destination the backend */
	DISPATCH_GENEVE, /* to the backend's node; the inner destination is the backend, an option names the service */
	DISPATCH_SNAT,   /* source is the node: the reply comes back by it */
};

enum refusal { REFUSE_ICMP, REFUSE_RST, REFUSE_DROP };

/* .rodata.service of every program. */
struct service_config {
	__u32 table_size;      /* entries of a Maglev table, a prime */
	__u32 seed;            /* of the hash of flows: the same on all nodes */
	__u8 dispatch_tcp;     /* enum dispatch; SCTP likewise */
	__u8 dispatch_udp;
	__u8 refusal;          /* enum refusal, for TCP; UDP and SCTP get ICMP unless it is REFUSE_DROP */
	__u8 reserved;
	__be16 geneve_port;
	__u16 snat_first;      /* ports of the node for DISPATCH_SNAT, host order */
	__u16 snat_last;
	__u16 mtu;             /* of the link to other nodes */
	__u8 node4[16];        /* this node's address; zero: it has none of the family */
	__u8 node6[16];
	__u8 hairpin4[16];     /* source of what a pod sends itself by a service, of no host */
	__u8 hairpin6[16];     /* never link-local: the pod has to answer it by its default route */
	__u8 outer4[16];       /* DISPATCH_IPIP: outer sources vary below this prefix; length 0: the node's address */
	__u8 outer6[16];
	__u8 outer4_length;
	__u8 outer6_length;
	__u8 reserved2[10];
};
_Static_assert(sizeof(struct service_config) == 128, "service_config crosses the border");

/* Of a destination address: a value of `destinations4` and `destinations6`. An address that is not there is no service's. */
#define DESTINATION_CLUSTER_IP 1 /* a port that no service has here is refused */
#define DESTINATION_EXTERNAL 2   /* of a load balancer, or an external one: other ports are not ours */
#define DESTINATION_NODE 4       /* of a node of the cluster: node ports, and outer sources of tunnels that are believed */
#define DESTINATION_OWN 8        /* of this node */

struct destination {
	__u32 flags; /* DESTINATION_* */
};

struct destination6_key {
	__u64 address[2];
};

/* A bit for each address of `destinations4` and `destinations6`, by its hash: most packets end with one that is not set. A
 * bit stays when its address is removed, until the next whole state: then the tables themselves are looked at in vain.
 */
#define DESTINATION_BITS 17

struct destination_filter {
	__u64 words[1 << DESTINATION_BITS >> 6];
};

static inline __u32 destination_bit4(__be32 address)
{
	return address * 0x9e3779b1u >> (32 - DESTINATION_BITS);
}

static inline __u32 destination_bit6(const __u64 *address)
{
	return (address[0] ^ address[1] * 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL >> (64 - DESTINATION_BITS);
}

/* A key of `frontends4` and `frontends6`; node ports have the address 0. */
struct frontend4_key {
	__be32 address;
	__be16 port;
	__u8 proto;
	__u8 reserved;
};
_Static_assert(sizeof(struct frontend4_key) == 8, "frontend4_key crosses the border");

struct frontend6_key {
	__u64 address[2];
	__be16 port;
	__u8 proto;
	__u8 reserved[5];
};
_Static_assert(sizeof(struct frontend6_key) == 24, "frontend6_key crosses the border");

enum frontend_kind { FRONTEND_CLUSTER_IP, FRONTEND_NODE_PORT, FRONTEND_LOAD_BALANCER, FRONTEND_EXTERNAL_IP };

struct frontend {
	__u32 service_port; /* index */
	__u32 kind;	    /* enum frontend_kind */
};
_Static_assert(sizeof(struct frontend) == 8, "frontend crosses the border");

/* Which endpoints a frontend has, by where the packet comes from. */
enum endpoints_for {
	FOR_CLUSTER_IP, /* the ClusterIP, as internalTrafficPolicy says */
	FOR_OUTSIDE,    /* the other frontends from outside the cluster, as externalTrafficPolicy says */
	FOR_INSIDE,     /* the other frontends from a pod or node: as policy Cluster */
	FOR_WHOM
};

#define SERVICE_SOURCE_RANGES 1           /* load balancer frontends only from `source_ranges` */
#define SERVICE_SOURCE_RANGES_NODE_PORT 2 /* node ports as well */
#define SERVICE_NODE_PORT_LOCAL 4         /* externalTrafficPolicy Local: a node port of another node is that one's to serve */

/* One port of one service, of one family: `service_ports` by index. The loader writes `set` as one word. */
struct service_port {
	__u32 set[FOR_WHOM];
	__u8 empty[FOR_WHOM]; /* enum refusal, REFUSE_ICMP standing for what is configured: if the set has no endpoint */
	__u8 flags;	      /* SERVICE_* */
	__u32 affinity;       /* ClientIP: seconds; 0: none */
	__u32 name;	      /* of the service in user space */
	__u32 reserved[2];
};
_Static_assert(sizeof(struct service_port) == 32, "service_port crosses the border");

/* What never changes while a service port refers to it: `sets` by index. Set 0 is empty. */
struct endpoint_set {
	__u32 count;
	__u32 members; /* index in `members` of its first endpoint's index */
	__u32 row;     /* of its Maglev table; ROW_NONE if it has one endpoint */
	__u32 reserved;
};
_Static_assert(sizeof(struct endpoint_set) == 16, "endpoint_set crosses the border");

#define ROW_NONE 0xffffffffu

/* Maglev tables: `maglev` has segments, which are made as they are needed, of ROWS_IN_SEGMENT rows each. A row has
 * config.table_size places (u16) of members, the loader sets the value's size: table_size * 2, rounded up to 8.
 */
#define ROWS_IN_SEGMENT 64
#define SEGMENTS 2048

#define ENDPOINT_LOCAL 1   /* on this node */
#define ENDPOINT_ON_HOST 2 /* its address is the node's own: no policy, and no route of its own */

/* An endpoint of one service port: `endpoints` by index, which means the same one as long as `identity` is the same. */
struct endpoint {
	__u32 identity; /* 0: it is not the service's any more */
	__be16 port;
	__u8 flags; /* ENDPOINT_* */
	__u8 family;
	__u8 address[16];
	__u8 node[16]; /* address of its node, of the same family */
};
_Static_assert(sizeof(struct endpoint) == 40, "endpoint crosses the border");

/* `local_endpoints4` and `local_endpoints6`: what a node believes of what arrives by DSR for a pod of its own. */
struct local_endpoint4_key {
	__u32 service_port;
	__be32 address;
};

struct local_endpoint6_key {
	__u32 service_port;
	__u32 reserved;
	__u64 address[2];
};
_Static_assert(sizeof(struct local_endpoint6_key) == 24, "local_endpoint6_key crosses the border");

struct local_endpoint {
	__be16 port;
	__u16 reserved;
	__u32 endpoint; /* index */
};

/* LPM keys of `source_ranges4` and `source_ranges6`. */
struct source_range4_key {
	__u32 prefix; /* 32 and the length of the block */
	__u32 service_port;
	__u8 address[4];
};
_Static_assert(sizeof(struct source_range4_key) == 12, "source_range4_key crosses the border");

struct source_range6_key {
	__u32 prefix;
	__u32 service_port;
	__u8 address[16];
};
_Static_assert(sizeof(struct source_range6_key) == 24, "source_range6_key crosses the border");

/* LPM keys of `pod_sources4` and `pod_sources6`: the blocks that a pod sends from have the value 1, and all addresses 0. */
struct pod_source4_key {
	__u32 prefix; /* 32 and the length of the block */
	__u32 ifindex;
	__u8 address[4];
};
_Static_assert(sizeof(struct pod_source4_key) == 12, "pod_source4_key crosses the border");

struct pod_source6_key {
	__u32 prefix;
	__u32 ifindex;
	__u8 address[16];
};
_Static_assert(sizeof(struct pod_source6_key) == 24, "pod_source6_key crosses the border");

/* Keys of `flows4` and `flows6`: a packet's tuple as it arrives at the hook that rewrites it. */
struct flow4_key {
	__be32 source;
	__be32 destination;
	__u32 ports; /* source in the low half, as in the packet */
	__u32 proto;
};
_Static_assert(sizeof(struct flow4_key) == 16, "flow4_key crosses the border");

struct flow6_key {
	__u64 source[2];
	__u64 destination[2];
	__u32 ports;
	__u32 proto;
};
_Static_assert(sizeof(struct flow6_key) == 40, "flow6_key crosses the border");

#define FLOW_FIN 1     /* whoever sends this direction has sent its FIN */
#define FLOW_RESET 2   /* a RST passed */
#define FLOW_REPLY 4   /* from the backend: source becomes the service's */
#define FLOW_REMOTE 8  /* the backend is on another node: dispatched as `dispatch` says */
#define FLOW_HAIRPIN 16 /* goes back to where it came from */

/* For so long packets of a flow go by its entry alone, 0.26 to 2.6 s: then one goes the slow way, and notes that the flow
 * lives. Jiffies are read without a call, which a clock is not.
 */
#define FLOW_NOTED_JIFFIES 256

/* What becomes of the packets of one direction of a flow. */
struct flow {
	__u32 endpoint; /* index and identity of the endpoint, to see whether it is still the service's */
	__u32 identity;
	__u32 seen;	/* ticks */
	__u8 hook;	/* enum service_hook: only there */
	__u8 flags;	/* FLOW_* */
	__u8 dispatch;	/* enum dispatch, if FLOW_REMOTE */
	__u8 reserved;
	__u8 source[16]; /* what the packet has afterwards */
	__u8 destination[16];
	__be16 source_port;
	__be16 destination_port;
	__u32 service_port; /* index in the generation that made it: for the log and counters only */
	__u32 noted;	    /* jiffies: when the slow path last had a packet of it */
	__u32 reserved2;
	__u8 via[16];	    /* FLOW_REMOTE: outer destination */
};
_Static_assert(sizeof(struct flow) == 80, "flow crosses the border");

/* A datagram in fragments: the first one's flow is the others'. */
struct service_fragment4 {
	__be32 source;
	__be32 destination;
	__u32 id;
	__u16 proto;
	__u16 hook;
};
_Static_assert(sizeof(struct service_fragment4) == 16, "service_fragment4 crosses the border");

struct service_fragment6 {
	__u64 source[2];
	__u64 destination[2];
	__u32 id;
	__u16 proto;
	__u16 hook;
};
_Static_assert(sizeof(struct service_fragment6) == 40, "service_fragment6 crosses the border");

/* Keys of `affinity4` and `affinity6`. */
struct affinity4_key {
	__be32 client;
	__u32 service_port;
};

struct affinity6_key {
	__u64 client[2];
	__u32 service_port;
	__u32 reserved;
};
_Static_assert(sizeof(struct affinity6_key) == 24, "affinity6_key crosses the border");

struct affinity {
	__u32 endpoint;
	__u32 identity;
	__u64 seen_ns; /* CLOCK_MONOTONIC: of the last new connection */
};

/* `sockets`: what a socket of the node asked for, by its cookie and the backend that it got. */
struct socket_key {
	__u64 cookie;
	__u8 backend[16];
	__be16 port;
	__u8 family;
	__u8 proto;
	__u32 reserved;
};
_Static_assert(sizeof(struct socket_key) == 32, "socket_key crosses the border");

struct socket_service {
	__u8 address[16];
	__be16 port;
	__u16 reserved;
	__u32 endpoint;
	__u32 identity;
	__u32 service_port;
};
_Static_assert(sizeof(struct socket_service) == 32, "socket_service crosses the border");

/* Where the frames for an address go, as the kernel's tables said at most a second ago: `next_hops`, per CPU. */
struct next_hop {
	__u8 address[16];
	__u32 family;
	__u32 ifindex;
	__u32 seen; /* ticks */
	__u16 mtu;
	__u8 resolved; /* the neighbour is known: `to` and `from` are */
	__u8 reserved;
	__u8 to[6]; /* both in a row, as a link header has them */
	__u8 from[6];
	__u32 reserved2;
};
_Static_assert(sizeof(struct next_hop) == 48, "next_hop crosses the border");

#define NEXT_HOPS 1024

/* Indices of the per-CPU map `service_counters`, in packets. The loader prints the names. */
#define SERVICE_COUNTERS(X)                                                                          \
	X(OPENED, "opened", "new flows to a backend")                                                 \
	X(REFUSED_EMPTY, "refused_empty", "to a service without an endpoint for them, refused")       \
	X(REFUSED_PORT, "refused_port", "to a port that no service has at that address, refused")     \
	X(DROPPED_EMPTY, "dropped_empty", "to a service whose traffic policy leaves no endpoint")     \
	X(DROPPED_RANGE, "dropped_range", "from outside loadBalancerSourceRanges")                    \
	X(DROPPED_FRAGMENT, "dropped_fragment", "later fragment to a service, first one unknown")     \
	X(DROPPED_TUPLE, "dropped_tuple", "two services, one backend, one client port: refused")      \
	X(DROPPED_TUNNEL, "dropped_tunnel", "encapsulated or with an option that no node can have sent") \
	X(DROPPED_PORTS, "dropped_ports", "SNAT: no port of the node is free")                        \
	X(DROPPED_ROUTE, "dropped_route", "no route to the backend's node")                           \
	X(DROPPED_MALFORMED, "dropped_malformed", "to a service, with headers that contradict themselves") \
	X(TOO_BIG, "too_big", "answered with packet too big")                                         \
	X(FLOWS_FULL, "flows_full", "flows that could not be remembered")                             \
	X(DISPATCHED, "dispatched", "sent on to another node")                                        \
	X(RECEIVED, "received", "from another node, for a backend of this one")                       \
	X(REPLIED, "replied", "replies that were given the service's address")                        \
	X(REPLIED_BACK, "replied_back", "replies that came back by this node: SNAT")                  \
	X(DAMAGED, "damaged", "an index out of range: the node's tables are damaged")

enum service_counter {
#define SERVICE_COUNTER_ENUM(id, name, meaning) SERVICE_COUNT_##id,
	SERVICE_COUNTERS(SERVICE_COUNTER_ENUM)
#undef SERVICE_COUNTER_ENUM
	SERVICE_COUNTS
};

#endif
