/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* no_decision.h: stands for own_decision.h in a program that has the tables only. */
#ifndef POLC_NO_DECISION_H
#define POLC_NO_DECISION_H

#include "decision.h"

static __always_inline bool decides(__u64 version)
{
	return false;
}

static __always_inline bool own_verdict(__u32 class, enum side side, const struct flow *flow, struct verdict *verdict)
{
	return false;
}

#endif
