/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * shop.bpf.c: what policy says of the pods of namespace shop.
 * Made by polc build; changes here are lost.
 *
 * Policies, tier by tier:
 *   NetworkPolicy shop/every-pod, shop.yaml:23
 *   NetworkPolicy shop/web, shop.yaml:5
 *
 * Subject selectors, by bit of subject->selected:
 *   0 every pod in shop
 *   1 app=web in shop
 *
 * Peer terms, by bit of peer->terms:
 *   0 every pod in shop
 *   1 app=db in shop
 *   2 app=gateway in namespaces with team=edge
 *   3 192.0.2.0/24 except 192.0.2.64/26
 *
 * Named ports, by slot of port:
 *   0 TCP port "sql"
 *   1 TCP port "metrics"
 */

#define SUBJECT_WORDS 1
#define TERM_WORDS 1
#define NAMED_SLOTS 4

#include <specialised.h>

/*
 * NetworkPolicy tier: any matching rule of a policy that isolates the pod allows, logged ones asked first; if
 *     none matches, denied. A pod that no policy isolates goes on to the next tier.
 */
static __always_inline bool networkpolicy_ingress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow, struct verdict *decided)
{
	bool isolated = false;
	bool logged = false;

	/* NetworkPolicy shop/web, shop.yaml:5 */
	if (selected(subject, 1)) { /* app=web in shop */
		isolated = true;
		logged = true;
		/*
		 * Rule 4, shop.yaml:13: allow from app=gateway in namespaces with team=edge or 192.0.2.0/24
		 *     except 192.0.2.64/26 on TCP 8080-8090, TCP port "metrics"
		 */
		if (peer_in(peer, 0, 0xcULL) && /* terms 2, 3 */
		    (port_between(flow, IPPROTO_TCP, 8080, 8090) ||
		     port_named(flow, IPPROTO_TCP, subject->port[1]))) { /* TCP port "metrics" */
			*decided = verdict(4, ACTION_ALLOW, true);
			return true;
		}
	}

	/* NetworkPolicy shop/every-pod, shop.yaml:23 */
	if (selected(subject, 0)) { /* every pod in shop */
		isolated = true;
		/* Rule 1, shop.yaml:28: allow from every pod in shop */
		if (peer_in(peer, 0, 0x1ULL)) { /* every pod in shop */
			*decided = verdict(1, ACTION_ALLOW, false);
			return true;
		}
	}

	*decided = verdict(0, ACTION_DENY, logged);
	return isolated;
}

static __always_inline struct verdict decide_ingress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow)
{
	struct verdict decided;

	if (networkpolicy_ingress(subject, peer, flow, &decided))
		return decided;
	return verdict(0, ACTION_ALLOW, false);
}

/*
 * NetworkPolicy tier: any matching rule of a policy that isolates the pod allows, logged ones asked first; if
 *     none matches, denied. A pod that no policy isolates goes on to the next tier.
 */
static __always_inline bool networkpolicy_egress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow, struct verdict *decided)
{
	bool isolated = false;

	/* NetworkPolicy shop/every-pod, shop.yaml:23 */
	if (selected(subject, 0)) { /* every pod in shop */
		isolated = true;
		/* Rule 2, shop.yaml:30: allow to app=db in shop on TCP port "sql" */
		if (peer_in(peer, 0, 0x2ULL) && /* app=db in shop */
		    port_named(flow, IPPROTO_TCP, peer->port[0])) { /* TCP port "sql" */
			*decided = verdict(2, ACTION_ALLOW, false);
			return true;
		}
		/* Rule 3, shop.yaml:32: allow to anywhere on UDP 53, every SCTP port */
		if (port_is(flow, IPPROTO_UDP, 53) ||
		    proto_is(flow, IPPROTO_SCTP)) {
			*decided = verdict(3, ACTION_ALLOW, false);
			return true;
		}
	}

	*decided = verdict(0, ACTION_DENY, false);
	return isolated;
}

static __always_inline struct verdict decide_egress(
	const volatile struct subject *subject, const struct peer *peer,
	const struct flow *flow)
{
	struct verdict decided;

	if (networkpolicy_egress(subject, peer, flow, &decided))
		return decided;
	return verdict(0, ACTION_ALLOW, false);
}

#include <policy.bpf.c>
