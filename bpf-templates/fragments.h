/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* fragments.h: later fragments follow their first one.
 *   fragment_remember()           one lookup, one insert, for first fragments that pass
 *   fragment_follows() -> bool    one lookup: did the first one pass at this hook, lately?
 * Only the first fragment has ports. What passed at one hook says nothing about the other: the pods differ.
 */
#ifndef POLC_FRAGMENTS_H
#define POLC_FRAGMENTS_H

#include "conntrack.h"

#define TIMEOUT_FRAGMENTS 28 /* ticks; 30 s, as Linux reassembles */

static __always_inline struct fragment4 fragment4_key(const struct packet *p, const struct key4 *key)
{
	return (struct fragment4){
		.source = end4(key, p->sender),
		.destination = end4(key, !p->sender),
		.id = p->fragment_id,
		.proto = p->proto,
	};
}

static __always_inline struct fragment6 fragment6_key(const struct packet *p, const struct key6 *key)
{
	struct fragment6 fragment = { .id = p->fragment_id, .proto = p->proto };

	end6(key, p->sender, fragment.source);
	end6(key, !p->sender, fragment.destination);
	return fragment;
}

static __always_inline void fragment_remember(const struct packet *p, const union connection_key *key, enum hook hook)
{
	struct fragment_pass *known, pass = {};
	struct fragment4 fragment4 = {};
	struct fragment6 fragment6 = {};

	if (p->family == 4) {
		fragment4 = fragment4_key(p, &key->v4);
		known = bpf_map_lookup_elem(&fragments4, &fragment4);
	} else {
		fragment6 = fragment6_key(p, &key->v6);
		known = bpf_map_lookup_elem(&fragments6, &fragment6);
	}
	if (known) {
		known->seen[hook] = ticks();
		return;
	}
	pass.seen[hook] = ticks();
	if (p->family == 4 ? bpf_map_update_elem(&fragments4, &fragment4, &pass, BPF_ANY) :
			     bpf_map_update_elem(&fragments6, &fragment6, &pass, BPF_ANY))
		count(COUNT_CONNTRACK_FULL);
}

static __always_inline bool fragment_follows(const struct packet *p, const union connection_key *key, enum hook hook)
{
	struct fragment_pass *pass;

	if (p->family == 4) {
		struct fragment4 fragment = fragment4_key(p, &key->v4);

		pass = bpf_map_lookup_elem(&fragments4, &fragment);
	} else {
		struct fragment6 fragment = fragment6_key(p, &key->v6);

		pass = bpf_map_lookup_elem(&fragments6, &fragment);
	}
	return pass && pass->seen[hook] && ticks() - pass->seen[hook] <= TIMEOUT_FRAGMENTS;
}

#endif
