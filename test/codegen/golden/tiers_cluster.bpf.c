/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * cluster.bpf.c: what policy says of pods of the namespaces without a file of their own.
 * Made by polc build; changes here are lost.
 *
 * Policies, tier by tier:
 *   AdminTier guardrails, tiers.policy.ts:22
 *   BaselineTier closed, tiers.policy.ts:31
 *
 * Subject selectors, by bit of subject->selected:
 *   0 every pod in every namespace
 *   1 every pod in namespaces with env=prod
 *   2 every pod in namespaces with team=monitoring
 *   3 every pod in namespaces with env=dev
 *
 * Peer terms, by bit of peer->terms:
 *   0 every pod in namespaces with team=monitoring
 *   1 every pod in namespaces with env=dev
 *   2 every pod in every namespace
 *   3 app=web in shop
 *   4 every pod in namespaces with env=prod
 */

#define SUBJECT_WORDS 1
#define TERM_WORDS 1
#define NAMED_SLOTS 4

#include <specialised.h>

/* Admin tier: the first rule that matches decides; pass goes on to the next tier. */
static __always_inline bool admin_ingress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow, struct verdict *decided)
{
	/* AdminTier guardrails, tiers.policy.ts:22 */
	/* Rule 1, tiers.policy.ts:25: allow from every pod in namespaces with team=monitoring on TCP 9090 */
	if (selected(subject, 0) && /* every pod in every namespace */
	    peer_in(peer, 0, 0x1ULL) && /* every pod in namespaces with team=monitoring */
	    port_is(flow, IPPROTO_TCP, 9090)) {
		*decided = verdict(1, ACTION_ALLOW, false);
		return true;
	}
	/* Rule 2, tiers.policy.ts:27: deny from every pod in namespaces with env=dev */
	if (selected(subject, 1) && /* every pod in namespaces with env=prod */
	    peer_in(peer, 0, 0x2ULL)) { /* every pod in namespaces with env=dev */
		*decided = verdict(2, ACTION_DENY, true);
		return true;
	}

	return false;
}

/* Baseline tier: the first rule that matches decides; if none does, or by pass, allowed. */
static __always_inline bool baseline_ingress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow, struct verdict *decided)
{
	/* BaselineTier closed, tiers.policy.ts:31 */
	/* Rule 6, tiers.policy.ts:31: deny from anywhere */
	if (selected(subject, 0)) { /* every pod in every namespace */
		*decided = verdict(6, ACTION_DENY, false);
		return true;
	}

	return false;
}

static __always_inline struct verdict decide_ingress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow)
{
	struct verdict decided;

	if (admin_ingress(subject, peer, flow, &decided))
		return decided;
	if (baseline_ingress(subject, peer, flow, &decided))
		return decided;
	return verdict(0, ACTION_ALLOW, false);
}

/* Admin tier: the first rule that matches decides; pass goes on to the next tier. */
static __always_inline bool admin_egress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow, struct verdict *decided)
{
	/* AdminTier guardrails, tiers.policy.ts:22 */
	/* Rule 3, tiers.policy.ts:25: allow to every pod in every namespace on TCP 9090 */
	if (selected(subject, 2) && /* every pod in namespaces with team=monitoring */
	    peer_in(peer, 0, 0x4ULL) && /* every pod in every namespace */
	    port_is(flow, IPPROTO_TCP, 9090)) {
		*decided = verdict(3, ACTION_ALLOW, false);
		return true;
	}
	/* Rule 4, tiers.policy.ts:26: pass to app=web in shop on TCP 443 */
	if (selected(subject, 3) && /* every pod in namespaces with env=dev */
	    peer_in(peer, 0, 0x8ULL) && /* app=web in shop */
	    port_is(flow, IPPROTO_TCP, 443))
		return false;
	/* Rule 5, tiers.policy.ts:27: deny to every pod in namespaces with env=prod */
	if (selected(subject, 3) && /* every pod in namespaces with env=dev */
	    peer_in(peer, 0, 0x10ULL)) { /* every pod in namespaces with env=prod */
		*decided = verdict(5, ACTION_DENY, true);
		return true;
	}

	return false;
}

static __always_inline struct verdict decide_egress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow)
{
	struct verdict decided;

	if (admin_egress(subject, peer, flow, &decided))
		return decided;
	return verdict(0, ACTION_ALLOW, false);
}

#include <policy.bpf.c>
