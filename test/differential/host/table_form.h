/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* table_form.h: where the steps of a table decision are, on the host. */
#include <stddef.h>

#include "table.h"

static const struct step *host_steps;
static size_t host_step_count;

static const struct step *table_at(__u32 index)
{
	return index < host_step_count ? &host_steps[index] : NULL;
}

#define HOST_STEP_SIZE sizeof(struct step)

static void host_table(const void *steps, size_t count)
{
	host_steps = steps;
	host_step_count = count;
}

#include "table_decision.h"
