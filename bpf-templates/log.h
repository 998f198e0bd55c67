/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* log.h: verdicts for user space.
 *   log_allowed(...)   one event
 *   log_denied(...)    the first packet of a flow: one event; then one a window, the packets between are counted
 * Nobody is woken: readers poll, for a wake-up costs more than the verdict. Denies have a rate budget of their own, so a
 * flood of them cannot push allows out of the ring; what is not sent is counted, and a run's total is not lost with it.
 */
#ifndef POLC_LOG_H
#define POLC_LOG_H

#include "maps.h"
#include "packet.h"

/* What was decided about a packet, for one side of its connection. */
struct outcome {
	struct verdict verdict;
	__u8 opener;   /* which end of the key opened the connection */
	__u8 side;     /* enum side */
	__u8 reported; /* enum event_verdict */
	bool first;    /* this side hears of the connection for the first time */
};

static __always_inline void event_fill(struct event *e, struct __sk_buff *skb, const struct packet *p,
				       const union connection_key *key, const struct outcome *o,
				       const volatile struct config *config)
{
	if (p->family == 4) {
		*(__be32 *)e->source = end4(&key->v4, o->opener);
		*(__be32 *)e->destination = end4(&key->v4, !o->opener);
	} else {
		end6(&key->v6, o->opener, (__u64 *)e->source);
		end6(&key->v6, !o->opener, (__u64 *)e->destination);
	}
	if (has_ports(p->proto)) { /* an echo's identifier is no port */
		e->source_port = end_port(p, key, o->opener);
		e->destination_port = end_port(p, key, !o->opener);
	}
	e->proto = p->proto;
	e->family = p->family;
	e->side = o->side;
	e->verdict = o->reported;
	e->rule = o->verdict.rule;
	e->profile = config->profile;
	e->epoch = config->epoch;
	e->ifindex = skb->ifindex;
	e->cpu = bpf_get_smp_processor_id();
}

static __always_inline void log_allowed(struct __sk_buff *skb, const struct packet *p, const union connection_key *key,
					const struct outcome *o, const volatile struct config *config)
{
	struct event e = { .total = 1 };

	event_fill(&e, skb, p, key, o, config);
	e.time_ns = bpf_ktime_get_ns();
	e.first_ns = e.time_ns;
	if (bpf_ringbuf_output(&events, &e, sizeof(e), BPF_RB_NO_WAKEUP))
		count(COUNT_LOST_RING);
}

static __always_inline bool within_budget(__u32 per_second, __u64 now)
{
	__u32 zero = 0;
	struct deny_budget *budget;

	if (!per_second)
		return true;
	budget = bpf_map_lookup_elem(&deny_budget, &zero);
	if (!budget)
		return false;
	if (now - budget->second >= 1000000000ULL) {
		budget->second = now;
		budget->used = 0;
	}
	return budget->used++ < per_second;
}

/* Two events of one flow, decided the same way in the same epoch. */
static __always_inline bool same_run(const struct event *a, const struct event *b)
{
	const __u64 *x = (const __u64 *)a->source, *y = (const __u64 *)b->source;

	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2] && x[3] == y[3] && x[4] == y[4] && a->rule == b->rule &&
	       a->profile == b->profile && a->epoch == b->epoch;
}
_Static_assert(__builtin_offsetof(struct event, rule) == __builtin_offsetof(struct event, source) + 40,
	       "same_run compares what stands between");

static __always_inline __u32 cell_of(const struct event *e)
{
	const __u32 *word = (const __u32 *)e->source;
	__u32 hash = word[0] * 0x9e3779b1u ^ word[3] * 0x85ebca6bu ^ word[4] * 0xc2b2ae35u ^ word[7] * 0x27d4eb2fu ^
		     word[8] * 0x165667b1u ^ e->side;

	return (hash ^ hash >> 15) * 0x9e3779b1u >> 20;
}
_Static_assert(DENIED_CELLS == 1 << 12, "cell_of makes 12 bits");

static __always_inline void log_denied(struct __sk_buff *skb, const struct packet *p, const union connection_key *key,
					const struct outcome *o, const volatile struct config *config)
{
	struct event e = { .total = 1 };
	struct denied_run *run;
	__u64 now = bpf_ktime_get_ns();

	event_fill(&e, skb, p, key, o, config);
	e.cell = cell_of(&e);
	run = bpf_map_lookup_elem(&denied, &e.cell);
	if (!run)
		return;
	if (run->window_ns && same_run(&run->event, &e)) {
		run->event.total++;
		run->event.time_ns = now;
		if (now - run->window_ns < DENIED_WINDOW_NS)
			return;
	} else {
		/* The flow that was here goes: what it counted since its last report is sent first. */
		if (run->window_ns && run->event.total > 1 && within_budget(config->deny_events_per_second, now) &&
		    bpf_ringbuf_output(&events, &run->event, sizeof(e), BPF_RB_NO_WAKEUP))
			count(COUNT_LOST_RING);
		e.first_ns = now;
		e.time_ns = now;
		run->event = e;
	}
	run->window_ns = now;
	if (!within_budget(config->deny_events_per_second, now))
		count(COUNT_LOST_BUDGET);
	else if (bpf_ringbuf_output(&events, &run->event, sizeof(e), BPF_RB_NO_WAKEUP))
		count(COUNT_LOST_RING);
}

#endif
