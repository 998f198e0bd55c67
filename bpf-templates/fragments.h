/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* fragments.h: later fragments follow their first one.
 *   fragment_remember()           one insert, for first fragments that pass
 *   fragment_follows() -> bool    one look-up: did the first one pass at this hook of this interface, lately?
 * Only the first fragment has ports.
 */
#ifndef POLC_FRAGMENTS_H
#define POLC_FRAGMENTS_H

#include "conntrack.h"

static __always_inline void fragment_key_fill(union fragment_key *fragment, const struct packet *p,
					      const union connection_key *key, enum hook hook, __u32 ifindex)
{
	if (p->family == 4) {
		fragment->v4 = (struct fragment4){
			.source = end4(&key->v4, p->sender),
			.destination = end4(&key->v4, !p->sender),
			.id = p->fragment_id,
			.proto = p->proto,
			.ifindex = ifindex,
			.hook = hook,
		};
	} else {
		end6(&key->v6, p->sender, fragment->v6.source);
		end6(&key->v6, !p->sender, fragment->v6.destination);
		fragment->v6.id = p->fragment_id;
		fragment->v6.proto = p->proto;
		fragment->v6.ifindex = ifindex;
		fragment->v6.hook = hook;
	}
}

static __always_inline void fragment_remember(const struct packet *p, const union connection_key *key, enum hook hook,
					      __u32 ifindex)
{
	struct fragment_pass pass = { .seen = ticks() };
	union fragment_key fragment = {};

	fragment_key_fill(&fragment, p, key, hook, ifindex);
	if (UPDATE(fragments, p->family, &fragment, &pass, BPF_ANY))
		count(COUNT_CONNTRACK_FULL);
}

static __always_inline bool fragment_follows(const struct packet *p, const union connection_key *key, enum hook hook,
					     __u32 ifindex)
{
	union fragment_key fragment = {};
	struct fragment_pass *pass;

	fragment_key_fill(&fragment, p, key, hook, ifindex);
	pass = LOOK_UP(fragments, p->family, &fragment);
	return pass && ticks() - pass->seen <= TIMEOUT_FRAGMENTS;
}

#endif
