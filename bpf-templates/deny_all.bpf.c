// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* deny_all.bpf.c: the templates with the plainest decision there is. Shows that they compile alone. */
#define SUBJECT_WORDS 1
#define TERM_WORDS 1
#define NAMED_SLOTS 4
#include "specialised.h"

static __always_inline struct verdict decide_egress(const volatile struct subject *subject, const struct peer *peer,
						    const struct flow *flow)
{
	return verdict(0, ACTION_DENY, true);
}

static __always_inline struct verdict decide_ingress(const volatile struct subject *subject, const struct peer *peer,
						     const struct flow *flow)
{
	return verdict(0, ACTION_DENY, true);
}

#include "policy.bpf.c"
