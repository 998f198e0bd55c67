/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* conntrack.h: connection state.
 *   connection_find(p, now, &established) -> entry or NULL    one LRU lookup if established, two if not
 *   connection_open(p, side, epoch, now)                      one insert; a failure is counted in conntrack_full
 *   connection_pass(p, c, established, forward, now)          what a passing packet tells: answered, closing, alive
 * A connection begins half open. It is established when its opener sends again after an answer: neither a flood of
 * openings nor the answers to it can evict established ones. Entries carry the epoch in which each side allowed them;
 * see policy.bpf.c, step 3.
 */
#ifndef POLC_CONNTRACK_H
#define POLC_CONNTRACK_H

#include "keep_apart.h"
#include "maps.h"
#include "packet.h"

/* Time is in ticks of 2^30 ns, about 1.07 s. A connection that was silent for longer is a new one when it speaks. */
#define TIMEOUT_HALF_OPEN 60
#define TIMEOUT_CLOSING 60
#define TIMEOUT_TCP 400000 /* about five days, as Linux has it */
#define TIMEOUT_OTHER 180

static __always_inline __u32 ticks(void)
{
	return bpf_ktime_get_coarse_ns() >> 30;
}

static __always_inline bool expired(const struct packet *p, const struct connection *c, bool established, __u32 now)
{
	__u32 silent = now - c->seen;

	if (silent <= TIMEOUT_HALF_OPEN) /* the least of them all: one compare for a busy connection */
		return false;
	if (!established || c->flags & CONNECTION_CLOSING)
		return true;
	return silent > (p->proto == IPPROTO_TCP ? TIMEOUT_TCP : TIMEOUT_OTHER);
}

static __always_inline struct connection *connection_find(struct packet *p, __u32 now, bool *established)
{
	struct connection *c;

	if (p->family == 4) {
		c = bpf_map_lookup_elem(&established4, &p->key4);
		*established = c;
		if (!c)
			c = bpf_map_lookup_elem(&half_open4, &p->key4);
		KEEP_APART(4);
	} else {
		c = bpf_map_lookup_elem(&established6, &p->key6);
		*established = c;
		if (!c)
			c = bpf_map_lookup_elem(&half_open6, &p->key6);
		KEEP_APART(6);
	}
	return c && !expired(p, c, *established, now) ? c : NULL;
}

/* A new connection takes the place of whatever had the same key. */
static __always_inline void connection_open(struct packet *p, enum side side, __u32 epoch, __u32 now, bool established)
{
	struct connection opened = {
		.epoch = { side == SIDE_EGRESS ? epoch : 0, side == SIDE_EGRESS ? 0 : epoch },
		.seen = now,
		.opener = p->sender,
	};
	long failed;

	if (established && p->family == 4)
		bpf_map_delete_elem(&established4, &p->key4);
	else if (established)
		bpf_map_delete_elem(&established6, &p->key6);
	if (p->family == 4)
		failed = bpf_map_update_elem(&half_open4, &p->key4, &opened, BPF_ANY);
	else
		failed = bpf_map_update_elem(&half_open6, &p->key6, &opened, BPF_ANY);
	if (failed)
		count(COUNT_CONNTRACK_FULL);
}

static __always_inline void connection_establish(struct packet *p, const struct connection *half_open)
{
	struct connection entry = *half_open;
	long failed;

	if (p->family == 4)
		failed = bpf_map_update_elem(&established4, &p->key4, &entry, BPF_ANY);
	else
		failed = bpf_map_update_elem(&established6, &p->key6, &entry, BPF_ANY);
	if (failed) {
		count(COUNT_CONNTRACK_FULL);
		return;
	}
	if (p->family == 4)
		bpf_map_delete_elem(&half_open4, &p->key4);
	else
		bpf_map_delete_elem(&half_open6, &p->key6);
}

static __always_inline void connection_pass(struct packet *p, struct connection *c, bool established, bool forward,
					    __u32 now)
{
	/* Written only when they change: busy connections keep their cache line shared between CPUs. */
	if (c->seen != now)
		c->seen = now;
	if (!forward && !(c->flags & CONNECTION_REPLIED))
		c->flags |= CONNECTION_REPLIED;
	if (p->closes && !(c->flags & CONNECTION_CLOSING))
		c->flags |= CONNECTION_CLOSING;
	if (!established && forward && !p->opens && c->flags & CONNECTION_REPLIED)
		connection_establish(p, c);
}

#endif
