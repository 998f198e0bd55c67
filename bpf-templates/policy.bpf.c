// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* policy.bpf.c: the shell around a decision, included last by shell.bpf.c and by the file of a policy set.
 *
 * Two programs for each pod, on the host side of its interface: from_pod and to_pod. Both hold both directions of
 * policy: a packet that answers a connection belongs to the side that the connection was decided on.
 *
 *   1. Read which generation is in force. Parse.
 *   2. Find the pod, by the interface, and check that what leaves it has a source of its own.
 *   3. What is no flow: packets of the link pass, a later fragment follows its first one.
 *   4. Find the connection. An opening is decided without: a flood of denied ones costs no look-up here. If this side allowed
 *      the connection in this epoch, the packet passes. An entry of an older epoch is decided again: a policy change ends
 *      what it revokes and keeps the rest without losing a packet.
 *   5. TCP that is no opening and has no entry opens nothing: the pod's sockets tell who opened it.
 *   6. Decide: the peer's class, then the tables, or the set's own code, for this side.
 *   7. Remember what is allowed. What is denied leaves no trace but its event.
 *   8. Log, then act.
 * Most packets pass in steps 1 and 4 (fast_path.h).
 */
#include OWN_DECISION

#include "decide_side.h"
#include "fast_path.h"
#include "fragments.h"
#include "icmp_error.h"
#include "log.h"
#include "opener.h"
#include "parse.h"
#include "pods.h"
#include "source.h"

/* Step 1 */
__noinline int parse_packet(struct __sk_buff *context, __u32 ipv6, struct packet *p, union connection_key *key)
{
	return p && key ? parse(context, ipv6, p, key) : DROP(HEADER);
}

/* Step 2, for sources that are not the pod's first address. */
__noinline int granted(const struct judged *j)
{
	return j && source_granted(j);
}

/* Step 3 */
__noinline int granted_on_link(struct __sk_buff *context, const struct judged *j, const struct recent_pod *pod)
{
	return j && pod && link_granted(context, j, pod);
}

/* Step 4: an ICMP error takes the place of the packet that it quotes, if that is of a connection. */
__noinline int take_quoted(struct __sk_buff *context, const struct judged *j, struct packet *inner,
			   union connection_key *key)
{
	return j && inner && key ? quoted_packet(context, j, inner, key) : -1;
}

/* Step 5 */
__noinline int who_opened(struct __sk_buff *context, const struct judged *j)
{
	return j ? opener_of(context, j) : OPENER_UNKNOWN;
}

/* Step 8: the event. */
__noinline int log_verdict(const struct judged *j)
{
	const struct control *control = control_of_node();
	const struct settings *settings;

	if (!j || !control)
		return 0;
	settings = &control->settings[bank_of(j->now)];
	if (j->reported == EVENT_DENY)
		log_denied(j, settings);
	else
		log_allowed(j, settings);
	return 0;
}

/* Step 8. An allow is logged once a connection, a denied one by the packet (and counted, see log.h). */
static __always_inline void report(const struct judged *j, const struct settings *settings)
{
	bool allowed = j->reported == EVENT_ALLOW;

	if (j->reported == EVENT_DENY)
		count(COUNT_DENIED);
	else if (j->first)
		count(allowed ? COUNT_ALLOWED_NEW : COUNT_AUDITED);
	else
		return;
	if (j->logged || (allowed ? settings->log_allowed : settings->log_denied))
		log_verdict(j);
}

/* Counts a packet that is dropped for another reason than policy. In audit mode it passes. */
__noinline int dropped(struct judged *j, __u32 reason)
{
	const struct control *control = control_of_node();
	const struct settings *settings;

	count(reason);
	if (!j || !control)
		return PACKET_DROP;
	settings = &control->settings[bank_of(j->now)];
	j->reason = reason;
	j->reported = settings->audit ? EVENT_AUDIT : EVENT_DENY;
	if (settings->log_dropped)
		log_dropped(j, settings);
	return settings->audit ? PACKET_PASS : PACKET_DROP;
}

/* Step 4, for all but openings. */
static __always_inline struct found find(struct __sk_buff *context, struct judged *j)
{
	union connection_key quoted_key = j->key;
	struct packet quoted = {};
	struct found found;

	if (!j->packet.error)
		return connection_find(&j->packet, &j->key);
	if (take_quoted(context, j, &quoted, &quoted_key))
		return (struct found){};
	found = connection_find(&quoted, &quoted_key);
	if (found.entry) {
		j->packet = quoted;
		j->key = quoted_key;
	}
	return found;
}

/* What the node opened is the node's: another may have its address, and the port after it. */
static __always_inline bool is_usurped(const struct judged *j, const struct connection *c)
{
	return c->flags & CONNECTION_OF_NODE && j->hook == HOOK_TO_POD && !j->of_node && !j->packet.error &&
	       j->packet.sender == c->opener;
}

/* Step 7. The entry stays NULL if a new one was made, or none. */
static __always_inline void remember(struct judged *j, struct found *found)
{
	const struct packet *p = &j->packet;
	__u32 epoch = epoch_of(j->now);

	if (p->opens)
		*found = connection_opening(p, &j->key);
	j->first = !found->entry || !connection_epoch(found->entry, j->side);
	if (found->entry) {
		connection_allow(found->entry, j->side, epoch, j->ifindex);
	} else if (!p->error && !p->resets) {
		bool egress = j->side == SIDE_EGRESS;
		struct connection opened = {
			.epoch = { egress ? epoch : 0, egress ? 0 : epoch },
			.ifindex = { egress ? j->ifindex : 0, egress ? 0 : j->ifindex },
			.seen = ticks(),
			.opener = j->opener,
			.flags = connection_shown(p, p->sender == j->opener) | (j->of_node && !egress ? CONNECTION_OF_NODE : 0),
		};

		connection_open(p, &j->key, &opened, found);
	}
}

/* Step 5, where nobody knows who opened it: it passes if either may have. */
static __always_inline enum judgement judge_of_unknown_opener(struct judged *j)
{
	int forward, backward;

	j->opener = j->packet.sender;
	j->side = side_of(j->hook, true);
	forward = decide_side(j);
	j->opener = !j->packet.sender;
	j->side = side_of(j->hook, false);
	backward = decide_side(j);
	if (forward == DECIDED_ALLOW && backward == DECIDED_ALLOW)
		return PACKET_PASS;
	return dropped(j, COUNT_DROP_NO_CONNECTION);
}

/* Steps 6 to 8, for a side that has not allowed the connection in this epoch. */
static __always_inline enum judgement judge_connection(struct judged *j, struct found *found,
							const struct settings *settings)
{
	if (found->entry && found->entry->flags & CONNECTION_OF_NODE)
		j->of_node = true;
	if (decide_side(j) == UNDECIDED)
		return dropped(j, j->reason);
	if (j->reported != EVENT_DENY)
		remember(j, found);
	report(j, settings);
	return j->reported == EVENT_DENY ? PACKET_DROP : PACKET_PASS;
}

/* Steps 4 to 8 */
static __always_inline enum judgement judge_flow(struct __sk_buff *context, struct judged *j,
						  const struct settings *settings)
{
	struct packet *p = &j->packet;
	struct found found = {};
	int opener;

	if (!p->opens)
		found = find(context, j);
	if (found.entry && is_usurped(j, found.entry))
		found = (struct found){};
	j->opener = found.entry ? found.entry->opener : p->sender;
	if (!found.entry && !p->opens && p->proto == IPPROTO_TCP) {
		opener = who_opened(context, j);
		if (opener == OPENER_UNKNOWN)
			return judge_of_unknown_opener(j);
		j->opener = opener;
	}
	j->side = side_of(j->hook, p->sender == j->opener);
	if ((!found.entry || !connection_allowed(found.entry, j->side, epoch_of(j->now), j->ifindex)) &&
	    judge_connection(j, &found, settings) == PACKET_DROP)
		return PACKET_DROP;
	if (found.entry && !p->error)
		connection_pass(p, &j->key, &found);
	if (p->fragmented)
		fragment_remember(p, &j->key, j->hook, j->ifindex);
	return PACKET_PASS;
}

static __always_inline bool has_own_source(struct __sk_buff *context, const struct judged *j,
					   const struct recent_pod *pod, int parsed)
{
	if (j->hook == HOOK_TO_POD)
		return true;
	if (parsed == PARSED_LINK)
		return granted_on_link(context, j, pod);
	return sends_as_itself(j, pod) || granted(j);
}

/* What cannot be read is dropped, but for a pod without policies only where it could hide another pod's source, or a router's
 * advertisement: the kernel takes what stands behind a VLAN tag with number 0 as if it had none.
 */
static __always_inline enum judgement judge_unread(struct __sk_buff *context, struct judged *j, __u32 reason)
{
	bool harmless = j->hook == HOOK_TO_POD || (reason == COUNT_DROP_ETHERTYPE && !packet_has_vlan(context));

	return j->subject == SUBJECT_NONE && harmless ? PACKET_PASS : dropped(j, reason);
}

/* Steps 2 to 8, for what does not pass at once. */
static __always_inline enum judgement judge_parsed(struct __sk_buff *context, struct judged *j, int parsed,
						    const struct settings *settings)
{
	const struct recent_pod *pod = pod_of(j->ifindex, j->now);

	if (!pod)
		return dropped(j, COUNT_DROP_POD);
	j->subject = pod->subject;
	j->netns = pod->netns;
	if (parsed < 0)
		return judge_unread(context, j, -1 - parsed);
	if (!has_own_source(context, j, pod, parsed))
		return dropped(j, parsed == PARSED_LINK ? COUNT_DROP_LINK_LOCAL : COUNT_DROP_SOURCE);
	if (j->subject == SUBJECT_NONE || parsed == PARSED_LINK)
		return PACKET_PASS;
	if (parsed == PARSED_FLOW)
		return judge_flow(context, j, settings);
	return fragment_follows(&j->packet, &j->key, j->hook, j->ifindex) ? PACKET_PASS : dropped(j, COUNT_DROP_FRAGMENT);
}

/* Policy concerns neither what the node sends nor what a pod sends itself by way of the node, as by a Service that leads back
 * to it. Both are known by where the packet came in.
 */
static __always_inline bool is_beyond_policy(const struct __sk_buff *context, const struct settings *settings)
{
	return context->ingress_ifindex == settings->local_ifindex || context->ingress_ifindex == context->ifindex;
}

static __always_inline enum judgement judge(struct __sk_buff *context, enum hook hook)
{
	struct control *control = control_of_node();
	const struct settings *settings;
	int parsed = PARSED_FLOW;
	struct packet plain = {};
	struct judged j;
	__u64 now;

	if (!control)
		return PACKET_DROP;
	now = read_once(&control->now);
	settings = &control->settings[bank_of(now)];
	/* `plain` stays in registers, for no function is handed its address. The key is where it stays: a copy would read by
	 * wider words what was just written by narrow ones.
	 */
	if (parse_plain(context, &plain, &j.key)) {
		if (passes_at_once(&plain, &j.key, hook, epoch_of(now), context, settings->local_ifindex))
			return PACKET_PASS;
		judged_begin_plain(&j, &plain);
	} else {
		judged_begin(&j);
		parsed = parse_packet(context, settings->ipv6, &j.packet, &j.key);
	}
	j.now = now;
	j.ifindex = context->ifindex;
	j.hook = hook;
	j.opener = j.packet.sender;
	j.of_node = hook == HOOK_TO_POD && is_beyond_policy(context, settings);
	return judge_parsed(context, &j, parsed, settings);
}

SEC("tc") int from_pod(struct __sk_buff *context)
{
	return answer(judge(context, HOOK_FROM_POD));
}

SEC("tc") int to_pod(struct __sk_buff *context)
{
	return answer(judge(context, HOOK_TO_POD));
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
