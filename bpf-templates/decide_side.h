/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* decide_side.h: what the policies of one pod say of a connection, by the set's own code or by the tables.
 *   decide_side(j) -> enum decided    fills rule, logged, profile, reported, and reason if it is undecided
 * Needs own_decision.h or no_decision.h.
 */
#ifndef POLC_DECIDE_SIDE_H
#define POLC_DECIDE_SIDE_H

#include "judged.h"
#include "peers.h"

static __always_inline const struct step *step_at(__u32 index)
{
	return bpf_map_lookup_elem(&steps, &index);
}

#include "table.h"

enum decided { DECIDED_DENY, DECIDED_ALLOW, UNDECIDED };

static __always_inline enum decided undecided(struct judged *j, enum counter reason)
{
	j->reason = reason;
	return UNDECIDED;
}

static __always_inline enum decided decided(struct judged *j, const struct settings *settings, struct verdict verdict)
{
	j->rule = verdict.rule;
	j->logged = verdict.logged;
	if (verdict.action == ACTION_ALLOW) {
		j->reported = EVENT_ALLOW;
		return DECIDED_ALLOW;
	}
	j->reported = settings->audit ? EVENT_AUDIT : EVENT_DENY;
	return DECIDED_DENY;
}

static __always_inline bool verdict_by_table(const struct judged *j, __u32 class, const struct flow *flow,
					     struct verdict *verdict)
{
	__u32 bank = bank_of(j->now), index = (bank * layout.subjects + j->subject) * layout.classes + class;
	__u32 egress, ingress;
	const struct row *row;

	if (class >= layout.classes)
		return false;
	row = bpf_map_lookup_elem(&rows, &index);
	if (!row)
		return false;
	egress = row->run[SIDE_EGRESS];
	ingress = row->run[SIDE_INGRESS];
	KEEP_BOTH_READ(egress, ingress);
	*verdict = decide_by_table(bank * layout.steps, j->side == SIDE_EGRESS ? egress : ingress, flow);
	return true;
}

/* What stands for the node is decided by where a packet comes from or goes to, never by what it says of its source. */
static __always_inline bool is_of_node(const struct judged *j, __u32 class)
{
	return class & ADDRESS_OWN_NODE && (j->side == SIDE_EGRESS || j->hook == HOOK_FROM_POD);
}

static __always_inline enum decided decide_for_class(struct judged *j, const struct settings *settings, __u32 class)
{
	__u32 index = bank_of(j->now) * layout.subjects + j->subject;
	struct flow flow = { .proto = j->packet.proto };
	const struct subject_entry *entry;
	struct verdict verdict = {};

	if (j->subject == SUBJECT_CLOSED)
		return undecided(j, COUNT_DROP_CLOSED);
	if (j->subject >= layout.subjects)
		return undecided(j, COUNT_DROP_CLASS);
	entry = bpf_map_lookup_elem(&subjects, &index);
	if (!entry)
		return undecided(j, COUNT_DROP_CLASS);
	if (has_ports(flow.proto))
		flow.port = end_port(&j->packet, &j->key, !j->opener);
	j->profile = entry->profile;
	if (decides(entry->version) ? !own_verdict(class, j->side, &flow, &verdict) :
				      !verdict_by_table(j, class, &flow, &verdict))
		return undecided(j, COUNT_DROP_CLASS);
	return decided(j, settings, verdict);
}

/* Global functions are looked at by the verifier once, by themselves, and not again for every way that leads to them. What
 * they are handed could be NULL as far as it knows.
 */
__noinline int decide_side(struct judged *j)
{
	const struct control *control = control_of_node();
	const struct settings *settings;
	__u32 bank, class;

	if (!j || !control)
		return UNDECIDED;
	bank = bank_of(j->now);
	settings = &control->settings[bank];
	if (j->of_node && j->side == SIDE_INGRESS) /* what the pod opened is its egress, whoever answers */
		return decided(j, settings, verdict(0, ACTION_ALLOW, false));
	class = class_of(&j->packet, &j->key, j->side == SIDE_EGRESS ? !j->opener : j->opener, bank, settings);
	if (is_of_node(j, class))
		return decided(j, settings, verdict(0, ACTION_ALLOW, false));
	return decide_for_class(j, settings, class & ~ADDRESS_OWN_NODE);
}

#endif
