// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* policy.bpf.c: the shell around a policy set's decision, included last by the generated file.
 *
 * Two programs for each subject, on the host side of the pod's interface: from_pod and to_pod. Both hold both
 * directions of policy: a packet that answers a connection belongs to the side that the connection was decided on.
 *
 *   1. Parse. What is no flow: neighbour discovery passes, a later fragment follows its first one.
 *   2. Find the connection. An opening is decided without: a flood of denied ones costs no look-up here.
 *   3. If this side allowed it in this epoch, the packet passes. An entry of an older epoch is decided again: a policy
 *      change ends what it revokes and keeps the rest without losing a packet.
 *   4. Decide: the peer's class, then the generated decision of this side.
 *   5. Remember what is allowed. What is denied leaves no trace but its event.
 *   6. Log, then act.
 */
#include <linux/pkt_cls.h>

#include "conntrack.h"
#include "fast_path.h"
#include "fragments.h"
#include "icmp_error.h"
#include "keep_apart.h"
#include "log.h"
#include "maps.h"
#include "parse.h"
#include "peers.h"

const volatile struct config config SEC(".rodata.config") = {};
const volatile struct subject subject SEC(".rodata.subject") = {};

static __always_inline __u64 packed(struct verdict v)
{
	return (__u64)v.rule << 32 | v.action << 1 | v.logged;
}

static __always_inline struct verdict unpacked(__u64 v)
{
	return verdict(v >> 32, v >> 1 & 1, v & 1);
}

/* Functions without `static` are global: the verifier checks each once, by itself, and not again for every way that leads
 * to it. What they are handed could be NULL as far as it knows.
 */
__noinline __u64 egress_verdict(const struct peer *peer, __u32 proto, __u32 port)
{
	struct flow flow = { .proto = proto, .port = port };

	KEEP_TAKEN(peer);
	KEEP_TAKEN(proto);
	KEEP_TAKEN(port);
	return peer ? packed(decide_egress(&subject, peer, &flow)) : 0;
}

__noinline __u64 ingress_verdict(const struct peer *peer, __u32 proto, __u32 port)
{
	struct flow flow = { .proto = proto, .port = port };

	KEEP_TAKEN(peer);
	KEEP_TAKEN(proto);
	KEEP_TAKEN(port);
	return peer ? packed(decide_ingress(&subject, peer, &flow)) : 0;
}

/* Step 1 */
__noinline int parse_packet(struct __sk_buff *skb, struct packet *p, union connection_key *key)
{
	return p && key ? parse(skb, config.ipv6, p, key) : DROP(HEADER);
}

/* Step 4, for one side of a connection that the end `opener` opened; UNDECIDED if the peer has no class. */
#define UNDECIDED ((__u64)-1)

__noinline __u64 side_verdict(const struct packet *p, const union connection_key *key, __u32 opener, __u32 side)
{
	const struct peer *peer;
	__u32 port;

	if (!p || !key)
		return UNDECIDED;
	peer = peer_of(p, key, (side == SIDE_EGRESS) != opener);
	port = has_ports(p->proto) ? end_port(p, key, !opener) : 0;
	if (!peer)
		return UNDECIDED;
	if (peer->flags & PEER_OWN_NODE)
		return packed(verdict(0, ACTION_ALLOW, false));
	return side == SIDE_EGRESS ? egress_verdict(peer, p->proto, port) : ingress_verdict(peer, p->proto, port);
}

/* Step 6. An allow is logged once a connection, a denied one by the packet (and counted, see log.h). */
__noinline int report(struct __sk_buff *skb, const struct packet *p, const union connection_key *key,
		      const struct outcome *outcome)
{
	bool allowed;

	if (!p || !key || !outcome)
		return 0;
	if (outcome->reported == EVENT_DENY) {
		count(COUNT_DENIED);
		if (outcome->verdict.logged || config.log_denied)
			log_denied(skb, p, key, outcome, &config);
		return 0;
	}
	if (!outcome->first)
		return 0;
	allowed = outcome->reported == EVENT_ALLOW;
	count(allowed ? COUNT_ALLOWED_NEW : COUNT_AUDITED);
	if (outcome->verdict.logged || (allowed ? config.log_allowed : config.log_denied))
		log_allowed(skb, p, key, outcome, &config);
	return 0;
}

/* An ICMP error takes the place of the packet that it quotes, if that is of a connection. */
__noinline int take_quoted(struct __sk_buff *skb, __u32 hook, const struct packet *p, struct packet *inner,
			   union connection_key *key)
{
	return p && inner && key ? quoted_packet(skb, hook, p, inner, key) : -1;
}

static __always_inline int drop(__u32 counter)
{
	count(counter);
	return TC_ACT_SHOT;
}

/* Step 1, what is no flow. */
static __always_inline int judge_other(const struct packet *p, const union connection_key *key, enum hook hook, int parsed)
{
	if (parsed == PARSED_LINK)
		return TC_ACT_UNSPEC;
	if (parsed != PARSED_FRAGMENT)
		return drop(-1 - parsed);
	return fragment_follows(p, key, hook) ? TC_ACT_UNSPEC : drop(COUNT_DROP_FRAGMENT);
}

/* Step 2, for all but openings. */
static __always_inline struct connection *find(struct __sk_buff *skb, enum hook hook, struct packet *p,
					       union connection_key *key, bool *established)
{
	union connection_key quoted_key = *key;
	struct packet quoted = {};
	struct connection *c;

	if (!p->error)
		return connection_find(p, key, established);
	if (take_quoted(skb, hook, p, &quoted, &quoted_key))
		return NULL;
	c = connection_find(&quoted, &quoted_key, established);
	if (c) {
		*p = quoted;
		*key = quoted_key;
	}
	return c;
}

/* Step 5. NULL: a new entry was made, or none. `first` becomes whether this side has only now heard of it. */
static __always_inline struct connection *remember(const struct packet *p, const union connection_key *key,
						   struct connection *c, struct outcome *outcome,
						   bool *established)
{
	if (p->opens)
		c = connection_opening(p, key, established);
	outcome->first = !c || !connection_epoch(c, outcome->side);
	if (c)
		connection_allow(c, outcome->side, config.epoch);
	else if (!p->error && !p->resets)
		connection_open(p, key, outcome->side, config.epoch);
	return c;
}

/* What is neither of an established connection nor a packet of every day: steps 2 to 6. */
static __always_inline int judge_flow(struct __sk_buff *skb, enum hook hook, struct packet *p, union connection_key *key)
{
	struct connection *c = NULL;
	struct outcome outcome = {};
	bool established = false, permitted;
	__u64 decided;

	if (!p->opens)
		c = find(skb, hook, p, key, &established);
	outcome.opener = c ? c->opener : p->sender;
	outcome.side = (hook == HOOK_FROM_POD) == (p->sender == outcome.opener) ? SIDE_EGRESS : SIDE_INGRESS;

	if (!c || connection_epoch(c, outcome.side) != config.epoch) {
		decided = side_verdict(p, key, outcome.opener, outcome.side);
		if (decided == UNDECIDED)
			return drop(COUNT_DROP_CLASS);
		outcome.verdict = unpacked(decided);
		outcome.reported = outcome.verdict.action == ACTION_ALLOW ? EVENT_ALLOW :
				   config.audit				  ? EVENT_AUDIT :
									    EVENT_DENY;
		permitted = outcome.reported != EVENT_DENY;
		if (permitted)
			c = remember(p, key, c, &outcome, &established);
		report(skb, p, key, &outcome);
		if (!permitted)
			return TC_ACT_SHOT;
	}
	if (c && !p->error)
		connection_pass(p, key, c, established, p->sender == outcome.opener);
	if (p->fragmented)
		fragment_remember(p, key, hook);
	return TC_ACT_UNSPEC;
}

static __always_inline int judge(struct __sk_buff *skb, enum hook hook)
{
	union connection_key key = {};
	struct packet p = {}, plain = {};
	int parsed;

	if (parse_plain(skb, &plain, &key)) {
		if (passes_at_once(&plain, &key, hook, config.epoch))
			return TC_ACT_UNSPEC;
		p = plain; /* a copy: `plain` stays in registers, for no function is handed its address */
	} else {
		parsed = parse_packet(skb, &p, &key);
		if (parsed != PARSED_FLOW)
			return judge_other(&p, &key, hook, parsed);
	}
	return judge_flow(skb, hook, &p, &key);
}

SEC("tc") int from_pod(struct __sk_buff *skb)
{
	return judge(skb, HOOK_FROM_POD);
}

SEC("tc") int to_pod(struct __sk_buff *skb)
{
	return judge(skb, HOOK_TO_POD);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
