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

/* The decisions are global functions: the verifier checks each once, and not again for every way that leads to it. With
 * 300 rules that is 100,000 instructions verified instead of 630,000. `peer` is never NULL, but that is not known here.
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

/* Steps 4 to 6, for one side: 0 to let the packet pass. */
static __always_inline int decide(struct occasion *o, bool *permitted)
{
	const struct packet *p = o->packet;
	const struct peer *peer = peer_of(p, o->key, (o->side == SIDE_EGRESS) != o->opener);
	__u32 port = has_ports(p->proto) ? end_port(p, o->key, !o->opener) : 0;

	if (!peer) {
		count(COUNT_DROP_CLASS);
		return -1;
	}
	if (peer->flags & PEER_OWN_NODE)
		o->verdict = verdict(0, ACTION_ALLOW, false);
	else if (o->side == SIDE_EGRESS)
		o->verdict = unpacked(egress_verdict(peer, p->proto, port));
	else
		o->verdict = unpacked(ingress_verdict(peer, p->proto, port));
	*permitted = o->verdict.action == ACTION_ALLOW || config.audit;
	o->reported = o->verdict.action == ACTION_ALLOW ? EVENT_ALLOW : config.audit ? EVENT_AUDIT : EVENT_DENY;
	return 0;
}

/* An allow is logged once a connection, a denied one by the packet (and counted, see log.h). */
static __always_inline void report(const struct occasion *o, bool first)
{
	if (o->reported == EVENT_DENY) {
		count(COUNT_DENIED);
		if (o->verdict.logged || config.log_denied)
			log_denied(o, &config);
		return;
	}
	if (!first)
		return;
	count(o->reported == EVENT_ALLOW ? COUNT_ALLOWED_NEW : COUNT_AUDITED);
	if (o->verdict.logged || (o->reported == EVENT_ALLOW ? config.log_allowed : config.log_denied))
		log_allowed(o, &config);
}

/* Step 1, what is no flow. */
static __always_inline int judge_other(const struct packet *p, const union connection_key *key, enum hook hook, int parsed)
{
	if (parsed == PARSED_LINK)
		return TC_ACT_UNSPEC;
	if (parsed == PARSED_FRAGMENT) {
		if (fragment_follows(p, key, hook))
			return TC_ACT_UNSPEC;
		count(COUNT_DROP_FRAGMENT);
		return TC_ACT_SHOT;
	}
	count(-1 - parsed);
	return TC_ACT_SHOT;
}

/* Step 2, for all but openings. An ICMP error takes the place of the packet that it quotes, if that is of a connection. */
static __always_inline struct connection *find(struct __sk_buff *skb, enum hook hook, struct packet *p,
					       union connection_key *key, bool *established)
{
	struct connection *c;

	if (p->error) {
		union connection_key inner_key = *key;
		struct packet inner = {};

		if (quoted_packet(skb, hook, p, &inner, &inner_key))
			return NULL;
		c = connection_find(&inner, &inner_key, established);
		if (c) {
			*p = inner;
			*key = inner_key;
		}
		return c;
	}
	return connection_find(p, key, established);
}

/* Step 5. NULL: a new entry was made, or none. `first` becomes whether this side has only now heard of it. */
static __always_inline struct connection *remember(const struct occasion *o, struct connection *c, bool *first)
{
	const struct packet *p = o->packet;

	if (p->opens)
		c = connection_opening(p, o->key);
	*first = !c || !c->epoch[o->side];
	if (c)
		c->epoch[o->side] = config.epoch;
	else if (!p->error)
		connection_open(p, o->key, o->side, config.epoch);
	return c;
}

static __always_inline int judge(struct __sk_buff *skb, enum hook hook)
{
	union connection_key key = {};
	struct packet p = {};
	struct occasion o = { .skb = skb, .packet = &p, .key = &key };
	bool established = false, permitted = false, first = true;
	struct connection *c = NULL;
	int parsed;

	if (parse_plain(skb, &p, &key)) {
		if (passes_at_once(&p, &key, hook, config.epoch))
			return TC_ACT_UNSPEC;
	} else {
		parsed = parse(skb, config.ipv6, &p, &key);
		if (parsed != PARSED_FLOW)
			return judge_other(&p, &key, hook, parsed);
	}
	if (!p.opens)
		c = find(skb, hook, &p, &key, &established);
	o.opener = c ? c->opener : p.sender;
	o.side = (hook == HOOK_FROM_POD) == (p.sender == o.opener) ? SIDE_EGRESS : SIDE_INGRESS;

	if (!c || c->epoch[o.side] != config.epoch) {
		if (decide(&o, &permitted))
			return TC_ACT_SHOT;
		if (permitted)
			c = remember(&o, c, &first);
		report(&o, first);
		if (!permitted)
			return TC_ACT_SHOT;
	}
	if (c && !p.error)
		connection_pass(&p, &key, c, established, p.sender == o.opener);
	if (p.fragmented)
		fragment_remember(&p, &key, hook);
	return TC_ACT_UNSPEC;
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
