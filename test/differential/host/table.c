// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The tables on the host. Inputs: the subject's rows by class, and the steps of a bank. */
#include "decision.h"

static const struct step *step_at(__u32 index);

#include "table.h"

#include "expectations.h"

static struct row *rows;
static struct step *steps;
static size_t rows_count, steps_count;

static const struct step *step_at(__u32 index)
{
	return index < steps_count ? &steps[index] : NULL;
}

static void read_inputs(void)
{
	rows = section(&rows_count, sizeof(*rows));
	steps = section(&steps_count, sizeof(*steps));
}

static struct verdict decide(__u32 class, enum side side, const struct flow *flow)
{
	if (class >= rows_count)
		exit(3);
	return decide_by_table(0, rows[class].run[side], flow);
}
