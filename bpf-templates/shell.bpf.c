// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* shell.bpf.c: the programs without a decision of their own. They judge every pod of a node by its tables. */
#define OWN_DECISION "no_decision.h"

#include "policy.bpf.c"
