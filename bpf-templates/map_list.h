/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* map_list.h: every map that the programs of a node share, once; maps.h and the loader expand it.
 *
 *   X(name, type, key, value, entries, flags)
 * `entries` is what an object that nobody has sized gets; the loader sizes what map_size.c says.
 */
#ifndef POLC_MAP_LIST_H
#define POLC_MAP_LIST_H

#include "abi.h"
#include "conntrack_types.h"

#define POLC_MAPS(X)                                                                                       \
	X(control, ARRAY, __u32, struct control, 1, BPF_F_MMAPABLE)                                         \
	/* Policy, in two banks. */                                                                         \
	X(subjects, ARRAY, __u32, struct subject_entry, BANKS, BPF_F_MMAPABLE)                              \
	X(rows, ARRAY, __u32, struct row, BANKS, BPF_F_MMAPABLE)                                            \
	X(steps, ARRAY, __u32, struct step, BANKS, BPF_F_MMAPABLE)                                          \
	X(blocks4, ARRAY, __u32, struct block4, BANKS, BPF_F_MMAPABLE)                                      \
	X(blocks6, ARRAY, __u32, struct block6, BANKS, BPF_F_MMAPABLE)                                      \
	X(addresses4, HASH, __be32, struct address, 1, 0)                                                   \
	X(addresses6, HASH, struct address6_key, struct address, 1, 0)                                      \
	/* The node's pods, by ifindex. */                                                                  \
	X(pods, HASH, __u32, struct pod, 4096, 0)                                                           \
	X(recent_pods, PERCPU_ARRAY, __u32, struct recent_pod, RECENT_PODS, 0)                              \
	X(sources4, LPM_TRIE, struct source4_key, __u8, 4096, BPF_F_NO_PREALLOC)                            \
	X(sources6, LPM_TRIE, struct source6_key, __u8, 4096, BPF_F_NO_PREALLOC)                            \
	/* Connections. Half open are those not answered and answered again: a flood evicts only its like. */ \
	X(established4, LRU_HASH, struct key4, struct connection, 1 << 18, 0)                               \
	X(established6, LRU_HASH, struct key6, struct connection, 1 << 18, 0)                               \
	X(half_open4, LRU_HASH, struct key4, struct connection, 1 << 16, 0)                                 \
	X(half_open6, LRU_HASH, struct key6, struct connection, 1 << 16, 0)                                 \
	X(fragments4, LRU_HASH, struct fragment4, struct fragment_pass, 1 << 13, 0)                         \
	X(fragments6, LRU_HASH, struct fragment6, struct fragment_pass, 1 << 13, 0)                         \
	/* The log; `budgets` has one entry a subject and one for all others. */                                                                                    \
	X(denied, PERCPU_ARRAY, __u32, struct denied_run, DENIED_CELLS, 0)                                  \
	X(budgets, PERCPU_ARRAY, __u32, struct budget, 1, 0)                                                \
	X(counters, PERCPU_ARRAY, __u32, __u64, COUNTERS, 0)

/* The ring `events` has neither key nor value. */
#define EVENTS_BYTES (1 << 22)

#endif
