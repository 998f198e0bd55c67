/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* decision.h: what every decision reads and answers, specialised or by table.
 *
 * A decision has no maps and calls no helper, so it also compiles with the host's cc, where the tests run it against
 * the reference semantics. A set's own decision has two entry points, for the two directions of policy:
 *   struct verdict decide_egress(const volatile struct subject *, const struct peer *, const struct flow *)
 *   struct verdict decide_ingress(const volatile struct subject *, const struct peer *, const struct flow *)
 * (specialised.h lays out struct subject and struct peer); the table has one, decide_by_table() in table.h.
 */
#ifndef POLC_DECISION_H
#define POLC_DECISION_H

#include <linux/in.h>
#include <linux/types.h>
#include <stdbool.h>

#include "abi.h"

/* The one of linux/stddef.h only asks for it, and BPF cannot call what returns a struct. */
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))

/* A connection as policy sees it: towards the side that accepts it. */
struct flow {
	__u32 proto; /* IPPROTO_* */
	__u32 port;  /* destination port in host order; 0 where the protocol has none */
};

struct verdict {
	__u32 rule;  /* of the set, from 1: the first that decided; 0: none did */
	__u8 action; /* enum action */
	bool logged; /* the policy asks for this verdict to be logged */
};

static __always_inline struct verdict verdict(__u32 rule, enum action action, bool logged)
{
	return (struct verdict){ .rule = rule, .action = action, .logged = logged };
}

#endif
