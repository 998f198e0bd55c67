/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* maps.h: the maps of the policy programs, by how long they live.
 *
 *   instance    pinned by name, kept over generations: active, dispatch0, dispatch1, established4, established6,
 *               half_open4, half_open6, fragments4, fragments6, events, denied, deny_budget, counters
 *   generation  made new by each apply, shared by its programs: addresses4, addresses6, cidrs4, cidrs6
 *   program     private to one loaded object: peers (policy.bpf.c), table (table_form.h)
 * The loader sets max_entries where 1 stands here.
 */
#ifndef POLC_MAPS_H
#define POLC_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "conntrack_types.h"
#include "counters.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 18);
	__type(key, struct key4);
	__type(value, struct connection);
} established4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 18);
	__type(key, struct key6);
	__type(value, struct connection);
} established6 SEC(".maps");

/* Connections that have not been answered and answered again: a flood of openings evicts only its like. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 16);
	__type(key, struct key4);
	__type(value, struct connection);
} half_open4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 16);
	__type(key, struct key6);
	__type(value, struct connection);
} half_open6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 13);
	__type(key, struct fragment4);
	__type(value, struct fragment_pass);
} fragments4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 13);
	__type(key, struct fragment6);
	__type(value, struct fragment_pass);
} fragments6 SEC(".maps");

/* Every pod address that is known, to its peer class. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __be32);
	__type(value, __u32);
} addresses4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u8[16]);
	__type(value, __u32);
} addresses6 SEC(".maps");

/* The class of an address that is no pod's, by the longest block that contains it. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct cidr4_key);
	__type(value, __u32);
} cidrs4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct cidr6_key);
	__type(value, __u32);
} cidrs6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DENIED_CELLS);
	__type(key, __u32);
	__type(value, struct denied_run);
} denied SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct deny_budget);
} deny_budget SEC(".maps");

#endif
