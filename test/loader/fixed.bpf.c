// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* fixed.bpf.c: a shell for tests of the loader: small, quick to load, with every map that the loader knows. It judges UDP
 * over IPv4 by the tables alone, the node's own packets too, and lets all else pass. With OWN it is the object of a policy
 * set: where the subject's version is its own, its constant decides.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "counters.h"
#include "decision.h"
#include "peers.h"

static __always_inline const struct step *step_at(__u32 index)
{
	return bpf_map_lookup_elem(&steps, &index);
}

#include "table.h"
#include "timeouts.h"

/* Datagrams to these ports are remembered as a connection, after which all of their hook pass. */
#define PORT_ALIVE 65535
#define PORT_OVER 65534 /* one that has been silent for too long */

#ifdef OWN
struct subject {
	__u32 deny[SIDES];
};

struct peer {
	__u32 denied; /* whatever the subject says */
};

#define OWN_RULE 8

static __always_inline struct verdict decide(const volatile struct subject *subject, const struct peer *peer, int side)
{
	return verdict(OWN_RULE, peer->denied || subject->deny[side] ? ACTION_DENY : ACTION_ALLOW, false);
}

static __always_inline struct verdict decide_egress(const volatile struct subject *subject, const struct peer *peer,
						    const struct flow *flow)
{
	return decide(subject, peer, SIDE_EGRESS);
}

static __always_inline struct verdict decide_ingress(const volatile struct subject *subject, const struct peer *peer,
						     const struct flow *flow)
{
	return decide(subject, peer, SIDE_INGRESS);
}

#include "own_decision.h"
#else
#include "no_decision.h"
#endif

struct datagram {
	const struct iphdr *ip;
	const struct udphdr *udp;
	__u32 subject;
	int hook;
	__u64 now;
	struct verdict verdict;
	__u32 profile;
};

static __always_inline void log(struct __sk_buff *skb, const struct datagram *d)
{
	struct event e = {
		.type = EVENT_VERDICT,
		.version = EVENT_VERSION,
		.length = sizeof(e),
		.total = 1,
		.time_ns = bpf_ktime_get_ns(),
		.source_port = bpf_ntohs(d->udp->source),
		.destination_port = bpf_ntohs(d->udp->dest),
		.proto = d->ip->protocol,
		.family = 4,
		.side = d->hook == HOOK_FROM_POD ? SIDE_EGRESS : SIDE_INGRESS,
		.verdict = EVENT_DENY,
		.rule = d->verdict.rule,
		.profile = d->profile,
		.generation = generation_of(d->now),
		.ifindex = skb->ifindex,
		.cell = bpf_ntohs(d->udp->dest) % DENIED_CELLS,
		.cpu = bpf_get_smp_processor_id(),
	};
	struct denied_run *run;

	__builtin_memcpy(e.source, &d->ip->saddr, 4);
	__builtin_memcpy(e.destination, &d->ip->daddr, 4);
	run = bpf_map_lookup_elem(&denied, &e.cell);
	if (!run)
		return;
	if (run->window_ns && run->event.destination_port == e.destination_port) {
		run->event.total++;
		run->event.time_ns = e.time_ns;
		if (e.time_ns - run->window_ns < DENIED_WINDOW_NS)
			return;
	} else {
		if (run->event.total > 1)
			bpf_ringbuf_output(&events, &run->event, sizeof(e), BPF_RB_NO_WAKEUP);
		e.first_ns = e.time_ns;
		run->event = e;
	}
	run->window_ns = e.time_ns;
	if (bpf_ringbuf_output(&events, &run->event, sizeof(e), BPF_RB_NO_WAKEUP))
		count(COUNT_LOST_RING);
}

static __always_inline __u32 class_of_address(__be32 address, __u32 bank, __u32 depth)
{
	const struct address *known = bpf_map_lookup_elem(&addresses4, &address);
	__u32 class = known ? known->class[bank & 1] : ADDRESS_ABSENT;

	return class == ADDRESS_ABSENT ? block_class4(address, bank, depth) : class & ~ADDRESS_OWN_NODE;
}

static __always_inline bool allows(struct datagram *d, const struct control *control)
{
	int side = d->hook == HOOK_FROM_POD ? SIDE_EGRESS : SIDE_INGRESS;
	__u32 bank = bank_of(d->now), index = bank * layout.subjects + d->subject;
	struct flow flow = { .proto = IPPROTO_UDP, .port = bpf_ntohs(d->udp->dest) };
	__u32 class = class_of_address(side == SIDE_EGRESS ? d->ip->daddr : d->ip->saddr, bank,
				       control->settings[bank & 1].blocks4_depth);
	const struct subject_entry *entry = bpf_map_lookup_elem(&subjects, &index);
	const struct row *row;

	if (!entry)
		return false;
	d->profile = entry->profile;
	if (decides(entry->version))
		return own_verdict(class, side, &flow, &d->verdict) && d->verdict.action == ACTION_ALLOW;
	index = index * layout.classes + class;
	row = bpf_map_lookup_elem(&rows, &index);
	if (!row)
		return false;
	d->verdict = decide_by_table(bank * layout.steps, row->run[side], &flow);
	return d->verdict.action == ACTION_ALLOW;
}

static __always_inline int drop(__u32 counter)
{
	count(counter);
	return TC_ACT_SHOT;
}

static __always_inline int judge(struct __sk_buff *skb, int hook)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	const struct ethhdr *ethernet = data;
	struct datagram d = { .ip = data + sizeof(*ethernet), .udp = data + sizeof(*ethernet) + sizeof(*d.ip), .hook = hook };
	const struct control *control = control_of_node();
	struct connection connection = {};
	struct key4 key = { .proto = hook };
	__u32 ifindex = skb->ifindex;
	const struct pod *pod;

	if ((void *)(d.udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || d.ip->protocol != IPPROTO_UDP || !control)
		return TC_ACT_UNSPEC;
	if (d.udp->dest == bpf_htons(7001)) /* traffic.c's sentinel: what was sent before it has arrived, or never will */
		return TC_ACT_UNSPEC;
	if (bpf_map_lookup_elem(&established4, &key))
		return TC_ACT_UNSPEC;
	connection.seen = bpf_ktime_get_coarse_ns() >> TICK_SHIFT;
	if (d.udp->dest == bpf_htons(PORT_OVER))
		connection.seen -= TIMEOUT_OTHER + 2;
	if (d.udp->dest == bpf_htons(PORT_ALIVE) || d.udp->dest == bpf_htons(PORT_OVER))
		bpf_map_update_elem(&established4, &key, &connection, BPF_ANY);
	d.now = read_once(&control->now);
	pod = bpf_map_lookup_elem(&pods, &ifindex);
	if (!pod)
		return drop(COUNT_DROP_POD);
	d.subject = pod->subject[bank_of(d.now) & 1];
	if (d.subject == SUBJECT_CLOSED)
		return drop(COUNT_DROP_CLOSED);
	if (d.subject == SUBJECT_NONE || allows(&d, control)) {
		count(COUNT_ALLOWED_NEW);
		return TC_ACT_UNSPEC;
	}
	count(COUNT_DENIED);
	if (control->settings[bank_of(d.now) & 1].log_denied)
		log(skb, &d);
	return TC_ACT_SHOT;
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
