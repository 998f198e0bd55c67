/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* conntrack.h: connection state.
 *   connection_find() -> entry or NULL       one LRU look-up if established, two if not
 *   connection_opening() -> entry or NULL    one look-up if half open, two if not
 *   connection_open()                        one insert; a failure is counted in conntrack_full
 *   connection_pass()                        what a passing packet tells: answered, closing, alive
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

/* In which epoch a side allowed the connection. A choice of values, not of addresses: see end4(). */
static __always_inline __u32 connection_epoch(const struct connection *c, enum side side)
{
	__u32 egress = c->epoch[SIDE_EGRESS], ingress = c->epoch[SIDE_INGRESS];

	KEEP_BOTH_READ(egress, ingress);
	return side == SIDE_EGRESS ? egress : ingress;
}

static __always_inline void connection_allow(struct connection *c, enum side side, __u32 epoch)
{
	if (side == SIDE_EGRESS) {
		c->epoch[SIDE_EGRESS] = epoch;
		KEEP_APART(SIDE_EGRESS);
	} else {
		c->epoch[SIDE_INGRESS] = epoch;
		KEEP_APART(SIDE_INGRESS);
	}
}

/* RFC 9293, section 3.6: a connection whose one end has sent its FIN is half closed, and the other may go on for days. */
static __always_inline bool connection_closed(const struct connection *c)
{
	const __u8 both = CONNECTION_FIN_OPENER | CONNECTION_FIN_OTHER;

	return c->flags & CONNECTION_RESET || (c->flags & both) == both;
}

static __always_inline bool expired(const struct packet *p, const struct connection *c, bool established)
{
	__u32 silent = ticks() - c->seen;

	if (silent <= TIMEOUT_HALF_OPEN) /* the least of them all: one compare for a busy connection */
		return false;
	if (!established || connection_closed(c))
		return true;
	return silent > (p->proto == IPPROTO_TCP ? TIMEOUT_TCP : TIMEOUT_OTHER);
}

static __always_inline struct connection *connection_find(const struct packet *p, const union connection_key *key,
							      bool *established)
{
	struct connection *c;

	if (p->family == 4) {
		c = bpf_map_lookup_elem(&established4, &key->v4);
		*established = c;
		if (!c)
			c = bpf_map_lookup_elem(&half_open4, &key->v4);
		KEEP_APART(4);
	} else {
		c = bpf_map_lookup_elem(&established6, &key->v6);
		*established = c;
		if (!c)
			c = bpf_map_lookup_elem(&half_open6, &key->v6);
		KEEP_APART(6);
	}
	return c && !expired(p, c, *established) ? c : NULL;
}

/* The connection that this opening may belong to: half open, and an earlier copy passed here or at the other side of this
 * node; or established, and RFC 9293, section 3.10.7.4, has its receiver answer with what the connection is at and go on.
 */
static __always_inline struct connection *connection_opening(const struct packet *p, const union connection_key *key,
							     bool *established)
{
	struct connection *c;

	*established = false;
	if (p->family == 4) {
		c = bpf_map_lookup_elem(&half_open4, &key->v4);
		if (!c) {
			c = bpf_map_lookup_elem(&established4, &key->v4);
			*established = c;
		}
		KEEP_APART(4);
	} else {
		c = bpf_map_lookup_elem(&half_open6, &key->v6);
		if (!c) {
			c = bpf_map_lookup_elem(&established6, &key->v6);
			*established = c;
		}
		KEEP_APART(6);
	}
	if (!c || c->opener != p->sender || connection_closed(c) || expired(p, c, *established))
		return NULL;
	return c;
}

/* Is there an established connection with this key, alive and opened by the other end? An opening does not end it. */
static __always_inline bool connection_survives(const struct packet *p, const struct connection *c)
{
	return c && c->opener != p->sender && !connection_closed(c) && !expired(p, c, true);
}

/* A new connection takes the place of whatever had the same key and is over. */
static __always_inline void connection_open(const struct packet *p, const union connection_key *key, enum side side,
					    __u32 epoch)
{
	struct connection opened = {
		.epoch = { side == SIDE_EGRESS ? epoch : 0, side == SIDE_EGRESS ? 0 : epoch },
		.seen = ticks(),
		.opener = p->sender,
	};
	long failed;

	if (p->family == 4) {
		if (!connection_survives(p, bpf_map_lookup_elem(&established4, &key->v4)))
			bpf_map_delete_elem(&established4, &key->v4);
		failed = bpf_map_update_elem(&half_open4, &key->v4, &opened, BPF_ANY);
		KEEP_APART(4);
	} else {
		if (!connection_survives(p, bpf_map_lookup_elem(&established6, &key->v6)))
			bpf_map_delete_elem(&established6, &key->v6);
		failed = bpf_map_update_elem(&half_open6, &key->v6, &opened, BPF_ANY);
		KEEP_APART(6);
	}
	if (failed)
		count(COUNT_CONNTRACK_FULL);
}

static __always_inline void connection_establish(const struct packet *p, const union connection_key *key,
						 const struct connection *half_open)
{
	struct connection entry = *half_open;
	long failed;

	if (p->family == 4) {
		failed = bpf_map_update_elem(&established4, &key->v4, &entry, BPF_ANY);
		if (!failed)
			bpf_map_delete_elem(&half_open4, &key->v4);
		KEEP_APART(4);
	} else {
		failed = bpf_map_update_elem(&established6, &key->v6, &entry, BPF_ANY);
		if (!failed)
			bpf_map_delete_elem(&half_open6, &key->v6);
		KEEP_APART(6);
	}
	if (failed)
		count(COUNT_CONNTRACK_FULL);
}

/* What the packet itself says of the state of its connection. */
static __always_inline __u8 connection_told(const struct packet *p, bool forward)
{
	__u8 told = forward ? 0 : CONNECTION_REPLIED;

	if (p->finishes)
		told |= forward ? CONNECTION_FIN_OPENER : CONNECTION_FIN_OTHER;
	return p->resets ? told | CONNECTION_RESET : told;
}

static __always_inline void connection_pass(const struct packet *p, const union connection_key *key,
					    struct connection *c, bool established, bool forward)
{
	__u8 told = connection_told(p, forward);
	__u32 now = ticks();

	/* Written only when they change: busy connections keep their cache line shared between CPUs. */
	if (c->seen != now)
		c->seen = now;
	if (told & ~c->flags)
		c->flags |= told;
	if (!established && forward && !p->opens && c->flags & CONNECTION_REPLIED)
		connection_establish(p, key, c);
}

#endif
