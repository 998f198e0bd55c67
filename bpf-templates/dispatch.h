/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* dispatch.h: the maps of the switch between generations; see dispatch.bpf.c. */
#ifndef POLC_DISPATCH_H
#define POLC_DISPATCH_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

#define DISPATCH_SLOTS 2048 /* pods with policies on one node */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct active);
} active SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, DISPATCH_SLOTS * HOOKS);
	__type(key, __u32);
	__type(value, __u32);
} dispatch0 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, DISPATCH_SLOTS * HOOKS);
	__type(key, __u32);
	__type(value, __u32);
} dispatch1 SEC(".maps");

#endif
