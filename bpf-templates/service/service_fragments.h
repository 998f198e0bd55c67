/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* service_fragments.h: later fragments follow their first one, which alone has ports.
 *   service_fragment_remember(work, flow)           one insert; the flow as it became of the first one
 *   service_fragment_follow(work) -> flow or NULL   one look-up
 */
#ifndef POLC_SERVICE_FRAGMENTS_H
#define POLC_SERVICE_FRAGMENTS_H

#include "flow_state.h"
#include "scratch.h"

union service_fragment_key {
	struct service_fragment4 v4;
	struct service_fragment6 v6;
};

static __always_inline void service_fragment_key_fill(const struct work *work, union service_fragment_key *key)
{
	if (work->family == 4) {
		key->v4 = (struct service_fragment4){
			.source = work->key.v4.source,
			.destination = work->key.v4.destination,
			.id = work->fragment_id,
			.proto = work->proto,
			.hook = work->hook,
		};
	} else {
		copy_address(key->v6.source, work->key.v6.source);
		copy_address(key->v6.destination, work->key.v6.destination);
		key->v6.id = work->fragment_id;
		key->v6.proto = work->proto;
		key->v6.hook = work->hook;
	}
}

__noinline int service_fragment_remember(const struct work *work, const struct flow *flow)
{
	struct scratch *scratch = scratch_of_cpu();
	union service_fragment_key key = {};

	if (!work || !flow || !scratch)
		return 0;
	scratch->first = *flow;
	scratch->first.seen = ticks();
	service_fragment_key_fill(work, &key);
	if (UPDATE(service_fragments, work->family, &key, &scratch->first, BPF_ANY))
		count_service(SERVICE_COUNT_FLOWS_FULL);
	return 0;
}

static __always_inline struct flow *service_fragment_follow(const struct work *work)
{
	union service_fragment_key key = {};
	struct flow *flow;

	service_fragment_key_fill(work, &key);
	flow = LOOK_UP(service_fragments, work->family, &key);
	return flow && ticks() - flow->seen <= TIMEOUT_FRAGMENTS ? flow : NULL;
}

#endif
