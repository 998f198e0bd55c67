/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* table_form.h: where the steps of a table decision are, in the kernel. */
#ifndef POLC_TABLE_FORM_H
#define POLC_TABLE_FORM_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "table.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct step);
} table SEC(".maps");

static __always_inline const struct step *table_at(__u32 index)
{
	return bpf_map_lookup_elem(&table, &index);
}

#include "table_decision.h"

#endif
