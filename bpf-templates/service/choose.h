/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* choose.h: which endpoint of a service port a new flow gets.
 *   choose(work, service_port, whom, skip) -> index in `endpoints`, or CHOSEN_NONE, CHOSEN_DAMAGED
 * Maglev: every node chooses alike, and few flows move when an endpoint comes or goes. With affinity as the client's last
 * connection within the time-out, else, for a client outside, by its address alone: its next connection may come by another
 * node, which has not seen this one. What a pod asks its own node sees, so after the time-out it gets any endpoint.
 * `skip`: the so manieth after that one.
 */
#ifndef POLC_SERVICE_CHOOSE_H
#define POLC_SERVICE_CHOOSE_H

#include "endpoint_at.h"
#include "service_packet.h"

#define CHOSEN_NONE (-1)
#define CHOSEN_DAMAGED (-2)

#define TRIES 8           /* members that are looked at, one after the other, for one that is still the service's */
#define AFFINITY_MEMBERS 128 /* of larger sets it is not checked whether they still have the client's endpoint */
#define NS_IN_SECOND 1000000000ULL

union affinity_key {
	struct affinity4_key v4;
	struct affinity6_key v6;
};

/* MurmurHash3, 32 bits (Austin Appleby, public domain). */
static __always_inline __u32 hash_word(__u32 hash, __u32 word)
{
	word *= 0xcc9e2d51;
	word = word << 15 | word >> 17;
	hash ^= word * 0x1b873593;
	return (hash << 13 | hash >> 19) * 5 + 0xe6546b64;
}

static __always_inline __u32 hash_end(__u32 hash)
{
	hash = (hash ^ hash >> 16) * 0x85ebca6b;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35;
	return hash ^ hash >> 16;
}

static __always_inline __u32 hash_address6(__u32 hash, const __u64 *address)
{
	hash = hash_word(hash_word(hash, address[0]), address[0] >> 32);
	return hash_word(hash_word(hash, address[1]), address[1] >> 32);
}

static __always_inline __u32 hash_of_work(const struct work *work, bool client_only)
{
	__u32 hash = service.seed;

	if (work->family == 4) {
		hash = hash_word(hash, work->key.v4.source);
		if (client_only)
			return hash_end(hash);
		hash = hash_word(hash, work->key.v4.destination);
	} else {
		hash = hash_address6(hash, work->key.v6.source);
		if (client_only)
			return hash_end(hash);
		hash = hash_address6(hash, work->key.v6.destination);
	}
	return hash_end(hash_word(hash_word(hash, work_ports_of(work)), work_proto_of(work)));
}

static __always_inline const __u32 *member_at(const struct endpoint_set *set, __u32 member)
{
	__u32 index = set->members + member;

	return bpf_map_lookup_elem(&members, &index);
}

/* The member that a Maglev table has at `hash`'s place, scaled to its size without a division. */
static __always_inline int maglev_member(const struct endpoint_set *set, __u32 hash)
{
	__u32 segment = set->row / ROWS_IN_SEGMENT, row = set->row % ROWS_IN_SEGMENT;
	__u32 place = (__u64)hash * service.table_size >> 32;
	const __u16 *table;
	void *rows;

	if (set->row == ROW_NONE)
		return 0;
	rows = bpf_map_lookup_elem(&maglev, &segment);
	if (!rows)
		return CHOSEN_DAMAGED;
	table = bpf_map_lookup_elem(rows, &row);
	if (!table || place >= service.table_size)
		return CHOSEN_DAMAGED;
	return table[place];
}

/* An endpoint that is just leaving may still be in a set. */
static __always_inline int choose_member(const struct endpoint_set *set, __u32 member)
{
	for (int i = 0; i < TRIES; i++) {
		const struct endpoint *endpoint;
		const __u32 *index;

		if (member >= set->count)
			member = 0;
		index = member_at(set, member);
		endpoint = index ? endpoint_at(*index) : NULL;
		if (!endpoint)
			return CHOSEN_DAMAGED;
		if (endpoint->identity)
			return *index;
		member++;
	}
	return CHOSEN_NONE;
}

static __always_inline bool set_has(const struct endpoint_set *set, __u32 endpoint)
{
	if (set->count > AFFINITY_MEMBERS)
		return true;
	for (__u32 i = 0; i < AFFINITY_MEMBERS && i < set->count; i++) {
		const __u32 *index = member_at(set, i);

		if (!index)
			return false;
		if (*index == endpoint)
			return true;
	}
	return false;
}

/* Sets for the cluster and for the outside are apart: traffic policies may leave them different endpoints. */
static __always_inline void affinity_key_fill(const struct work *work, __u32 service_port, __u32 whom,
					      union affinity_key *key)
{
	service_port |= whom << 30;
	if (work->family == 4) {
		key->v4 = (struct affinity4_key){ work->key.v4.source, service_port };
	} else {
		copy_address(key->v6.client, work->key.v6.source);
		key->v6.service_port = service_port;
	}
}

__noinline int choose_affine(const struct work *work, const struct service_port *port, __u32 service_port, __u32 whom)
{
	const struct endpoint_set *set;
	const struct endpoint *endpoint;
	union affinity_key key = {};
	struct affinity *affinity;
	__u32 index;

	if (!work || !port || whom >= FOR_WHOM)
		return CHOSEN_NONE;
	affinity_key_fill(work, service_port, whom, &key);
	affinity = LOOK_UP(affinity, work->family, &key);
	if (!affinity || bpf_ktime_get_ns() - affinity->seen_ns > port->affinity * NS_IN_SECOND)
		return CHOSEN_NONE;
	index = affinity->endpoint;
	endpoint = endpoint_at(index);
	if (!endpoint || !endpoint->identity || endpoint->identity != affinity->identity)
		return CHOSEN_NONE;
	index = port->set[whom];
	set = bpf_map_lookup_elem(&sets, &index);
	return set && set_has(set, affinity->endpoint) ? (int)affinity->endpoint : CHOSEN_NONE;
}

/* Each new connection of the client begins the time-out anew. */
__noinline int affinity_remember(const struct work *work, const struct flow *flow, __u32 whom)
{
	struct affinity affinity = { .seen_ns = bpf_ktime_get_ns() };
	union affinity_key key = {};

	if (!work || !flow)
		return 0;
	affinity.endpoint = flow->endpoint;
	affinity.identity = flow->identity;
	affinity_key_fill(work, flow->service_port, whom, &key);
	if (UPDATE(affinity, work->family, &key, &affinity, BPF_ANY))
		count_service(SERVICE_COUNT_FLOWS_FULL);
	return 0;
}

__noinline int choose(const struct work *work, __u32 service_port, __u32 whom, __u32 skip)
{
	const struct service_port *port = bpf_map_lookup_elem(&service_ports, &service_port);
	const struct endpoint_set *set;
	int chosen = CHOSEN_NONE;
	__u32 index;

	if (!work || !port || whom >= FOR_WHOM)
		return CHOSEN_DAMAGED;
	index = port->set[whom];
	set = bpf_map_lookup_elem(&sets, &index);
	if (!set)
		return CHOSEN_DAMAGED;
	if (!set->count)
		return CHOSEN_NONE;
	if (port->affinity && !skip)
		chosen = choose_affine(work, port, service_port, whom);
	if (chosen != CHOSEN_NONE)
		return chosen;
	chosen = maglev_member(set, hash_of_work(work, port->affinity && work->hook != SERVICE_FROM_POD));
	return chosen < 0 ? chosen : choose_member(set, (chosen + skip) % set->count);
}

#endif
