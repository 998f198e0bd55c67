/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* conntrack.h: connection state.
 *   connection_find(p, key) -> struct found       one LRU look-up if established, two if not
 *   connection_opening(p, key) -> struct found    for an opening: one look-up if half open, two if not
 *   connection_open(p, key, &entry, &found)       one insert; a failure is counted in conntrack_full
 *   connection_pass(p, key, &found)               what a passing packet shows: answered, closing, alive
 * A connection begins half open. It is established when its opener sends again after an answer: neither a flood of
 * openings nor the answers to it can evict established ones. An entry holds the epoch in which each side allowed it, and
 * for which interface; see policy.bpf.c, step 4.
 */
#ifndef POLC_CONNTRACK_H
#define POLC_CONNTRACK_H

#include "by_family.h"
#include "counters.h"
#include "packet.h"
#include "ticks.h"

/* What a look-up came to. `entry` is alive or NULL; `over`: an established entry is there, and is over. */
struct found {
	struct connection *entry;
	bool established;
	bool over;
};

/* Both are choices of values, not of addresses: see end4(). */
static __always_inline __u32 connection_epoch(const struct connection *c, enum side side)
{
	__u32 egress = c->epoch[SIDE_EGRESS], ingress = c->epoch[SIDE_INGRESS];

	KEEP_BOTH_READ(egress, ingress);
	return side == SIDE_EGRESS ? egress : ingress;
}

static __always_inline __u32 connection_ifindex(const struct connection *c, enum side side)
{
	__u32 egress = c->ifindex[SIDE_EGRESS], ingress = c->ifindex[SIDE_INGRESS];

	KEEP_BOTH_READ(egress, ingress);
	return side == SIDE_EGRESS ? egress : ingress;
}

/* Did this side allow it in this epoch, for the pod of this interface? */
static __always_inline bool connection_allowed(const struct connection *c, enum side side, __u32 epoch, __u32 ifindex)
{
	return connection_epoch(c, side) == epoch && connection_ifindex(c, side) == ifindex;
}

/* The interface first: an entry with the new epoch and the old interface would not be decided again. */
static __always_inline void connection_allow(struct connection *c, enum side side, __u32 epoch, __u32 ifindex)
{
	if (side == SIDE_EGRESS) {
		c->ifindex[SIDE_EGRESS] = ifindex;
		c->epoch[SIDE_EGRESS] = epoch;
		KEEP_APART(SIDE_EGRESS);
	} else {
		c->ifindex[SIDE_INGRESS] = ifindex;
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

static __always_inline struct found connection_find(const struct packet *p, const union connection_key *key)
{
	struct connection *c = LOOK_UP(established, p->family, key);

	if (c)
		return expired(p, c, true) ? (struct found){ .over = true } : (struct found){ .entry = c, .established = true };
	c = LOOK_UP(half_open, p->family, key);
	return (struct found){ .entry = c && !expired(p, c, false) ? c : NULL };
}

/* The connection that this opening may belong to: half open, and an earlier copy passed here or at the other side of this
 * node; or established, and RFC 9293, section 3.10.7.4, has its receiver answer with what the connection is at and go on.
 * An established one that the other end opened is not over because of it.
 */
static __always_inline struct found connection_opening(const struct packet *p, const union connection_key *key)
{
	struct connection *c = LOOK_UP(half_open, p->family, key);

	if (c)
		return (struct found){ .entry = c->opener == p->sender && !connection_closed(c) && !expired(p, c, false) ? c :
															   NULL };
	c = LOOK_UP(established, p->family, key);
	if (!c)
		return (struct found){};
	if (connection_closed(c) || expired(p, c, true))
		return (struct found){ .over = true };
	return c->opener == p->sender ? (struct found){ .entry = c, .established = true } : (struct found){};
}

/* A new connection takes the place of whatever had the same key and is over. Both tables were looked at before: that brings
 * their buckets into the cache side by side, which an insert, with its locks, does one after the other (`npm run bench`, new).
 */
static __always_inline void connection_open(const struct packet *p, const union connection_key *key,
					    const struct connection *entry, const struct found *found)
{
	if (found->over)
		DELETE(established, p->family, key);
	if (UPDATE(half_open, p->family, key, entry, BPF_ANY))
		count(COUNT_CONNTRACK_FULL);
}

static __always_inline void connection_establish(const struct packet *p, const union connection_key *key,
						 const struct connection *half_open)
{
	struct connection entry = *half_open;

	if (UPDATE(established, p->family, key, &entry, BPF_ANY))
		count(COUNT_CONNTRACK_FULL);
	else
		DELETE(half_open, p->family, key);
}

/* What the packet itself shows of the state of its connection. */
static __always_inline __u8 connection_shown(const struct packet *p, bool forward)
{
	__u8 shown = forward ? 0 : CONNECTION_REPLIED;

	if (p->finishes)
		shown |= forward ? CONNECTION_FIN_OPENER : CONNECTION_FIN_OTHER;
	return p->resets ? shown | CONNECTION_RESET : shown;
}

static __always_inline void connection_pass(const struct packet *p, const union connection_key *key,
					    const struct found *found)
{
	struct connection *c = found->entry;
	bool forward = p->sender == c->opener;
	__u8 shown = connection_shown(p, forward);
	__u32 now = ticks();

	/* Written only when they change: busy connections keep their cache line shared between CPUs. */
	if (c->seen != now)
		c->seen = now;
	if (shown & ~c->flags)
		c->flags |= shown;
	if (!found->established && forward && !p->opens && c->flags & CONNECTION_REPLIED)
		connection_establish(p, key, c);
}

#endif
