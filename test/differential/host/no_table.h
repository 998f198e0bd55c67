/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* no_table.h: a specialised decision has no table. Included before the generated file. */
#include <stddef.h>

#define HOST_STEP_SIZE 1

static void host_table(const void *steps, size_t count)
{
}
