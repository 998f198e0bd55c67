/* SPDX-License-Identifier: Apache-2.0 */
/* maglev.h: which member of a set each place of its table has: Eisenbud et al., "Maglev", NSDI 2016, section 3.4.
 *
 * The permutation of a member comes from its address and port alone, so all nodes have the same tables, and a member keeps
 * nearly all of its places when another one leaves. src/services has the reference.
 */
#ifndef POLC_SERVICES_MAGLEV_H
#define POLC_SERVICES_MAGLEV_H

#include <linux/types.h>

struct maglev_member {
	__u8 address[16];
	__be16 port;
	__u8 family; /* 4 or 6 */
	__u8 reserved; /* members are compared by their bytes */
};

/* The order in which members choose: by address, then port. For qsort(). */
int maglev_compare(const void *a, const void *b);

/* Fills `size` places, a prime, with indices of members, which are sorted and 1 to `size`. -1: memory is out. */
int maglev_fill(__u16 *places, __u32 size, const struct maglev_member *members, __u32 count);

#endif
