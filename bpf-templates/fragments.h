/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* fragments.h: later fragments follow their first one.
 *   fragment_remember(p, hook, now)           one lookup, one insert, for first fragments that pass
 *   fragment_follows(p, hook, now) -> bool    one lookup: did the first one pass at this hook, lately?
 * Only the first fragment has ports. What passed at one hook says nothing about the other: the pods differ.
 */
#ifndef POLC_FRAGMENTS_H
#define POLC_FRAGMENTS_H

#include "conntrack.h"

#define TIMEOUT_FRAGMENTS 28 /* ticks; 30 s, as Linux reassembles */

static __always_inline struct fragment4 fragment4_key(const struct packet *p)
{
	return (struct fragment4){
		.source = source4(p),
		.destination = destination4(p),
		.id = p->fragment_id,
		.proto = p->proto,
	};
}

static __always_inline struct fragment6 fragment6_key(const struct packet *p)
{
	struct fragment6 key = { .id = p->fragment_id, .proto = p->proto };

	source6(p, key.source);
	destination6(p, key.destination);
	return key;
}

static __always_inline void fragment_remember(const struct packet *p, enum hook hook, __u32 now)
{
	struct fragment4 key4 = {};
	struct fragment6 key6 = {};
	struct fragment_pass *known, pass = {};

	if (p->family == 4) {
		key4 = fragment4_key(p);
		known = bpf_map_lookup_elem(&fragments4, &key4);
	} else {
		key6 = fragment6_key(p);
		known = bpf_map_lookup_elem(&fragments6, &key6);
	}
	if (known) {
		known->seen[hook] = now;
		return;
	}
	pass.seen[hook] = now;
	if (p->family == 4 ? bpf_map_update_elem(&fragments4, &key4, &pass, BPF_ANY) :
			     bpf_map_update_elem(&fragments6, &key6, &pass, BPF_ANY))
		count(COUNT_CONNTRACK_FULL);
}

static __always_inline bool fragment_follows(const struct packet *p, enum hook hook, __u32 now)
{
	struct fragment_pass *pass;

	if (p->family == 4) {
		struct fragment4 key = fragment4_key(p);

		pass = bpf_map_lookup_elem(&fragments4, &key);
	} else {
		struct fragment6 key = fragment6_key(p);

		pass = bpf_map_lookup_elem(&fragments6, &key);
	}
	return pass && pass->seen[hook] && now - pass->seen[hook] <= TIMEOUT_FRAGMENTS;
}

#endif
