/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* specialised.h: the words in which a specialised decision is written.
 *
 * The generated file defines, before it includes this one:
 *   SUBJECT_WORDS  64-bit words for one bit a subject selector of the policy set, at least 1
 *   TERM_WORDS     64-bit words for one bit a peer term of the policy set, at least 1
 *   NAMED_SLOTS    named ports of the policy set, rounded up to a multiple of 4, at least 4
 * A subject is a constant of the loaded program (.rodata.subject): the verifier sees which selectors hold and removes
 * the code of the others.
 */
#ifndef POLC_SPECIALISED_H
#define POLC_SPECIALISED_H

#include "decision.h"

/* What policy.bpf.c finds the decision by. */
#define OWN_DECISION "own_decision.h"

/* The pod whose policy is decided. */
struct subject {
	__u64 selected[SUBJECT_WORDS];
	__u16 port[NAMED_SLOTS]; /* what its port names mean; 0: it has no such port */
};

/* One class of peers: a value of the map `peers`. */
struct peer {
	__u64 terms[TERM_WORDS];
	__u16 port[NAMED_SLOTS];
};
_Static_assert(sizeof(struct subject) == 8 * SUBJECT_WORDS + 2 * NAMED_SLOTS, "subject crosses the border");
_Static_assert(sizeof(struct peer) == 8 * TERM_WORDS + 2 * NAMED_SLOTS, "peer crosses the border");

/* Does the subject selector with this number select the subject? */
static __always_inline bool selected(const volatile struct subject *subject, __u32 bit)
{
	return subject->selected[bit / 64] & (1ULL << (bit % 64));
}

/* Does the peer belong to one of these terms? `mask` is of one word. */
static __always_inline bool peer_in(const struct peer *peer, __u32 word, __u64 mask)
{
	return peer->terms[word] & mask;
}

/* Keeps the compiler from testing ports before peers and protocols. A failed test must not leave the verifier with a port
 * that it knows: it would follow the rest of the rules once more for each.
 */
static __always_inline bool in_this_order(void)
{
	asm volatile("");
	return true;
}

static __always_inline bool proto_is(const struct flow *flow, __u32 proto)
{
	return in_this_order() && flow->proto == proto && in_this_order();
}

static __always_inline bool port_is(const struct flow *flow, __u32 proto, __u32 port)
{
	return proto_is(flow, proto) && flow->port == port;
}

static __always_inline bool port_between(const struct flow *flow, __u32 proto, __u32 from, __u32 to)
{
	return proto_is(flow, proto) && flow->port >= from && flow->port <= to;
}

/* A named port: `number` is what the name means on the destination, 0 if it has no such port. */
static __always_inline bool port_named(const struct flow *flow, __u32 proto, __u32 number)
{
	return proto_is(flow, proto) && number && flow->port == number;
}

#endif
