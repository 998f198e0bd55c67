/* SPDX-License-Identifier: Apache-2.0 */
/* lock_type.h: the types that tell the kernel that the values of a map begin with a bpf_spin_lock. */
#ifndef POLC_LOCK_TYPE_H
#define POLC_LOCK_TYPE_H

#include <linux/types.h>

struct lock_type {
	int btf; /* descriptor */
	__u32 key, value;
};

/* Keys and values are whole 32-bit words. */
int lock_type_load(struct lock_type *type, __u32 key_size, __u32 value_size);

#endif
