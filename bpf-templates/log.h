/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* log.h: verdicts for user space.
 *   log_allowed(...)   one event
 *   log_denied(...)    the first packet of a flow: one event; then one a window, the packets between are counted
 *   log_dropped(...)   likewise, with a reason
 * Nobody is woken: readers poll, for a wake-up costs more than the verdict. Allows and denies of each subject have a budget
 * each, so that neither hides the other, and no pod hides another; what is not sent is counted, and a run's total is not
 * lost with it.
 */
#ifndef POLC_LOG_H
#define POLC_LOG_H

#include "counters.h"
#include "in_force.h"
#include "judged.h"

static __always_inline void event_fill(struct event *e, const struct judged *j)
{
	const struct packet *p = &j->packet;

	e->version = EVENT_VERSION;
	e->length = sizeof(*e);
	e->total = 1;
	if (p->family == 4) {
		*(__be32 *)e->source = end4(&j->key.v4, j->opener);
		*(__be32 *)e->destination = end4(&j->key.v4, !j->opener);
	} else if (p->family == 6) {
		end6(&j->key.v6, j->opener, (__u64 *)e->source);
		end6(&j->key.v6, !j->opener, (__u64 *)e->destination);
	}
	if (has_ports(p->proto)) { /* an echo's identifier is no port */
		e->source_port = end_port(p, &j->key, j->opener);
		e->destination_port = end_port(p, &j->key, !j->opener);
	}
	e->proto = p->proto;
	e->family = p->family;
	e->side = j->side;
	e->verdict = j->reported;
	e->rule = j->rule;
	e->profile = j->profile;
	e->generation = generation_of(j->now);
	e->ifindex = j->ifindex;
	e->cpu = bpf_get_smp_processor_id();
}

static __always_inline void send(const struct event *e)
{
	if (bpf_ringbuf_output(&events, (void *)e, sizeof(*e), BPF_RB_NO_WAKEUP))
		count(COUNT_LOST_RING);
}

/* Pods without a subject share the last budget. */
static __always_inline bool within_budget(const struct judged *j, __u32 per_second, __u64 now, bool allow)
{
	__u32 index = j->subject < layout.subjects ? j->subject : layout.subjects;
	struct budget *budget;

	if (!per_second)
		return true;
	budget = bpf_map_lookup_elem(&budgets, &index);
	if (!budget)
		return false;
	if (now - budget->second >= 1000000000ULL) {
		budget->second = now;
		budget->denies = 0;
		budget->allows = 0;
	}
	return (allow ? budget->allows++ : budget->denies++) < per_second;
}

static __always_inline void log_allowed(const struct judged *j, const struct settings *settings)
{
	struct event e = { .type = EVENT_VERDICT };

	event_fill(&e, j);
	e.time_ns = bpf_ktime_get_ns();
	e.first_ns = e.time_ns;
	if (within_budget(j, settings->allow_events_per_second, e.time_ns, true))
		send(&e);
	else
		count(COUNT_LOST_BUDGET);
}

/* Two events of one flow, decided the same way in the same generation. */
static __always_inline bool same_run(const struct event *a, const struct event *b)
{
	const __u64 *x = (const __u64 *)a->source, *y = (const __u64 *)b->source;

	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2] && x[3] == y[3] && x[4] == y[4] && a->rule == b->rule &&
	       a->profile == b->profile && a->generation == b->generation && a->type == b->type && a->reason == b->reason;
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

/* Of `e` all but the times and the cell is filled. */
static __always_inline void log_run(struct event *e, const struct judged *j, const struct settings *settings)
{
	__u32 per_second = settings->deny_events_per_second;
	__u64 now = bpf_ktime_get_ns();
	struct denied_run *run;

	e->cell = cell_of(e);
	run = bpf_map_lookup_elem(&denied, &e->cell);
	if (!run)
		return;
	if (run->window_ns && same_run(&run->event, e)) {
		run->event.total++;
		run->event.time_ns = now;
		if (now - run->window_ns < DENIED_WINDOW_NS)
			return;
	} else {
		/* The flow that was here goes: what it counted since its last report is sent first. */
		if (run->window_ns && run->event.total > 1 && within_budget(j, per_second, now, false))
			send(&run->event);
		e->first_ns = now;
		e->time_ns = now;
		run->event = *e;
	}
	run->window_ns = now;
	if (within_budget(j, per_second, now, false))
		send(&run->event);
	else
		count(COUNT_LOST_BUDGET);
}

static __always_inline void log_denied(const struct judged *j, const struct settings *settings)
{
	struct event e = { .type = EVENT_VERDICT };

	event_fill(&e, j);
	log_run(&e, j, settings);
}

static __always_inline void log_dropped(const struct judged *j, const struct settings *settings)
{
	struct event e = { .type = EVENT_DROP, .reason = j->reason };

	event_fill(&e, j);
	log_run(&e, j, settings);
}

#endif
