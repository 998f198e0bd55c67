// SPDX-License-Identifier: Apache-2.0
#include "blocks.h"

#include <stdlib.h>

#include "failure.h"

/* 1, 2, 3, 4, 6, 8, 12, 16, ... */
static __u32 room_of(int size)
{
	return size < 2 ? size + 1u : size % 2 ? 2u << size / 2 : 3u << (size / 2 - 1);
}

static int size_of(__u32 count)
{
	int size = 0;

	while (room_of(size) < count)
		size++;
	return size;
}

__u32 block_room(__u32 count)
{
	return room_of(size_of(count));
}

int blocks_init(struct blocks *blocks, __u32 capacity)
{
	int size;

	*blocks = (struct blocks){ .capacity = capacity, .next = malloc(capacity * sizeof(*blocks->next)) };
	for (size = 0; size < BLOCK_SIZES; size++)
		blocks->first[size] = BLOCK_NONE;
	return blocks->next ? 0 : fail(NULL, "out of memory");
}

void blocks_free(struct blocks *blocks)
{
	free(blocks->next);
	*blocks = (struct blocks){ 0 };
}

static __u32 pop(struct blocks *blocks, int size)
{
	__u32 at = blocks->first[size];

	if (at != BLOCK_NONE)
		blocks->first[size] = blocks->next[at];
	return at;
}

static void push(struct blocks *blocks, int size, __u32 at)
{
	blocks->next[at] = blocks->first[size];
	blocks->first[size] = at;
}

/* What is behind the block in a larger one is given back in pieces. */
static __u32 split(struct blocks *blocks, int size)
{
	__u32 at = BLOCK_NONE, from, left;
	int larger, piece;

	for (larger = size + 1; larger < BLOCK_SIZES && at == BLOCK_NONE; larger++)
		at = pop(blocks, larger);
	if (at == BLOCK_NONE)
		return at;
	from = at + room_of(size);
	left = room_of(larger - 1) - room_of(size);
	while (left) {
		piece = size_of(left);
		if (room_of(piece) > left)
			piece--;
		push(blocks, piece, from);
		from += room_of(piece);
		left -= room_of(piece);
	}
	return at;
}

__u32 block_take(struct blocks *blocks, __u32 count)
{
	int size = size_of(count);
	__u32 at = pop(blocks, size);

	if (at != BLOCK_NONE)
		return at;
	if (blocks->capacity - blocks->end >= room_of(size)) {
		at = blocks->end;
		blocks->end += room_of(size);
		return at;
	}
	return split(blocks, size);
}

void block_return(struct blocks *blocks, __u32 at, __u32 count)
{
	push(blocks, size_of(count), at);
}
