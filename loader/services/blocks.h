/* SPDX-License-Identifier: Apache-2.0 */
/* blocks.h: which parts of the map `members` are whose. A block's room is rounded up to one of a few sizes, so that what one set
 * leaves fits the next one; at most a third of it is not used.
 */
#ifndef POLC_SERVICES_BLOCKS_H
#define POLC_SERVICES_BLOCKS_H

#include <linux/types.h>

#define BLOCK_SIZES 40

struct blocks {
	__u32 capacity, end;	   /* nothing behind `end` was ever given */
	__u32 *next;		   /* of a free block: the next one of its size */
	__u32 first[BLOCK_SIZES]; /* free ones */
};

#define BLOCK_NONE 0xffffffffu

int blocks_init(struct blocks *blocks, __u32 capacity);
void blocks_free(struct blocks *blocks);

/* How much a block of `count` takes. */
__u32 block_room(__u32 count);
/* BLOCK_NONE: no room. */
__u32 block_take(struct blocks *blocks, __u32 count);
void block_return(struct blocks *blocks, __u32 at, __u32 count);

#endif
