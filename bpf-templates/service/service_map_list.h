/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* service_map_list.h: every map of the programs of services, once; service_maps.h and the loader expand it.
 *
 *   X(name, type, key, value, entries, flags)
 * SERVICE_TABLES are made anew with each whole state, SERVICE_STATE stays pinned over it: flows live on. The loader sizes the
 * tables by what they have to hold. `maglev` is apart: an array of segments.
 */
#ifndef POLC_SERVICE_MAP_LIST_H
#define POLC_SERVICE_MAP_LIST_H

#include "service_abi.h"

#define SERVICE_TABLES(X)                                                                                             \
	X(destinations4, HASH, __be32, struct destination, 1, BPF_F_NO_PREALLOC)                                       \
	X(destinations6, HASH, struct destination6_key, struct destination, 1, BPF_F_NO_PREALLOC)                      \
	X(destination_filter, ARRAY, __u32, struct destination_filter, 1, BPF_F_MMAPABLE)                              \
	X(frontends4, HASH, struct frontend4_key, struct frontend, 1, BPF_F_NO_PREALLOC)                               \
	X(frontends6, HASH, struct frontend6_key, struct frontend, 1, BPF_F_NO_PREALLOC)                               \
	X(service_ports, ARRAY, __u32, struct service_port, 1, BPF_F_MMAPABLE)                                         \
	X(sets, ARRAY, __u32, struct endpoint_set, 1, BPF_F_MMAPABLE)                                                  \
	X(members, ARRAY, __u32, __u32, 1, BPF_F_MMAPABLE)                                                             \
	X(endpoints, ARRAY, __u32, struct endpoint, 1, BPF_F_MMAPABLE)                                                 \
	X(local_endpoints4, HASH, struct local_endpoint4_key, struct local_endpoint, 1, BPF_F_NO_PREALLOC)             \
	X(local_endpoints6, HASH, struct local_endpoint6_key, struct local_endpoint, 1, BPF_F_NO_PREALLOC)             \
	X(source_ranges4, LPM_TRIE, struct source_range4_key, __u8, 1, BPF_F_NO_PREALLOC)                              \
	X(source_ranges6, LPM_TRIE, struct source_range6_key, __u8, 1, BPF_F_NO_PREALLOC)                              \
	X(pod_sources4, LPM_TRIE, struct pod_source4_key, __u8, 1 << 16, BPF_F_NO_PREALLOC)                            \
	X(pod_sources6, LPM_TRIE, struct pod_source6_key, __u8, 1 << 16, BPF_F_NO_PREALLOC)

#define SERVICE_STATE(X)                                                                        \
	X(flows4, LRU_HASH, struct flow4_key, struct flow, 1 << 18, 0)                          \
	X(flows6, LRU_HASH, struct flow6_key, struct flow, 1 << 18, 0)                          \
	X(affinity4, LRU_HASH, struct affinity4_key, struct affinity, 1 << 16, 0)               \
	X(affinity6, LRU_HASH, struct affinity6_key, struct affinity, 1 << 16, 0)               \
	X(service_fragments4, LRU_HASH, struct service_fragment4, struct flow, 1 << 12, 0)      \
	X(service_fragments6, LRU_HASH, struct service_fragment6, struct flow, 1 << 12, 0)      \
	X(sockets, LRU_HASH, struct socket_key, struct socket_service, 1 << 16, 0)              \
	X(hot_flows, PERCPU_ARRAY, __u32, struct hot_flow, HOT_FLOWS, 0)                        \
	X(flow_versions, ARRAY, __u32, struct flow_versions, 1, 0)                              \
	X(next_hops, PERCPU_ARRAY, __u32, struct next_hop, NEXT_HOPS, 0)                        \
	X(service_counters, PERCPU_ARRAY, __u32, __u64, SERVICE_COUNTS, 0)

#endif
