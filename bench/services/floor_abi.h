/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* floor_abi.h: the tables of the hand-written balancer. */
#ifndef FLOOR_ABI_H
#define FLOOR_ABI_H

#include <linux/types.h>

#define FLOOR_RING 16381
#define FLOOR_BACKENDS 100

/* A Maglev table of one service: places of its backends. */
struct floor_ring {
	__u16 places[FLOOR_RING];
};

struct floor_vip {
	__be32 address;
	__be16 port;
	__u16 proto;
};

struct floor_flow {
	__be32 source;
	__be32 destination;
	__u32 ports;
	__u32 proto;
};

struct floor_real {
	__be32 address;
	__u32 reserved;
	__u64 seen_ns;
};

#define PACKET_BYTES 64

/* What every packet is before a subject gets it; in host order what is added to. */
struct floor_template {
	__u8 bytes[PACKET_BYTES];
	__u32 client;
	__u32 first_service;
	__u32 services;
	__u32 reserved;
};

/* Where frames go if no look-up says so. */
struct floor_hop {
	__u8 to[6];
	__u8 from[6];
	__be32 node;
	__u32 ifindex;
} __attribute__((aligned(8)));

#endif
