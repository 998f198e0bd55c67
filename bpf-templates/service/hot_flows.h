/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* hot_flows.h: copies of flows that have just had packets on this CPU, of TCP on IPv4. A look-up of the flow itself is two calls.
 *   hot_flow_at(hash), flow_version(hash)          reads of arrays, without a call
 *   hot_flow_is(hot, key, version, now) -> bool    is it a good copy of this flow?
 *   hot_flow_keep(key, version, flow)              what was looked up, NULL included; `version` is from before that
 *   flow_written(family, key)                      whoever writes an entry with this key says so: copies of it end
 * A copy never has another endpoint than the entry: an entry is written first and its version then, and a copy has the version
 * from before it was read. Of a FIN or RST, and of entries that had to go, copies hear after HOT_JIFFIES.
 */
#ifndef POLC_SERVICE_HOT_FLOWS_H
#define POLC_SERVICE_HOT_FLOWS_H

#include "rewrite.h"
#include "service_maps.h"
#include "service_packet.h"

static __always_inline __u32 hot_hash(const struct flow4_key *key)
{
	__u64 mixed = ((__u64)key->source << 32 | key->ports) ^ key->destination * 0x9e3779b97f4a7c15ULL;

	return mixed * 0xbf58476d1ce4e5b9ULL >> 40;
}

static __always_inline __u32 *flow_version_at(__u32 hash)
{
	struct flow_versions *versions;
	__u32 zero = 0;

	versions = bpf_map_lookup_elem(&flow_versions, &zero);
	return versions ? &versions->of[hash & (FLOW_VERSIONS - 1)] : NULL;
}

static __always_inline __u32 flow_version(__u32 hash)
{
	const volatile __u32 *version = flow_version_at(hash);

	return version ? *version : 0;
}

static __always_inline struct hot_flow *hot_flow_at(__u32 hash)
{
	__u32 index = hash & (HOT_FLOWS - 1);

	return bpf_map_lookup_elem(&hot_flows, &index);
}

/* Word by word, as the key was just written: a wider read of it would wait for the writes. */
static __always_inline bool hot_flow_is(const struct hot_flow *hot, const struct flow4_key *key, __u32 version, __u32 now)
{
	__u32 differs = (hot->key.source ^ key->source) | (hot->key.destination ^ key->destination) |
			(hot->key.ports ^ key->ports) | (hot->version ^ version);

	return !differs && now - hot->copied < HOT_JIFFIES;
}

static __always_inline void hot_flow_keep(const struct flow4_key *key, __u32 version, const struct flow *flow)
{
	struct hot_flow *hot = hot_flow_at(hot_hash(key));
	__u32 addresses;

	if (!hot)
		return;
	hot->key = *key;
	hot->version = version;
	hot->copied = bpf_jiffies64();
	hot->hook = SERVICE_HOOKS;
	if (!flow)
		return;
	addresses = diff_both(diff32(key->source, address4(flow->source)), diff32(key->destination, address4(flow->destination)));
	hot->addresses = sum_fold16(addresses);
	hot->both = sum_fold16(diff_both(addresses, diff32(key->ports, ports_after(flow))));
	hot->hook = flow->hook;
	hot->flow = *flow;
}

static __always_inline void flow_written(__u8 family, const union flow_key *key)
{
	__u32 *version = family == 4 ? flow_version_at(hot_hash(&key->v4)) : NULL;

	if (version)
		__sync_fetch_and_add(version, 1);
}

#endif
