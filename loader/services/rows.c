// SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "failure.h"
#include "service_maps.h"

#define NONE ROW_NONE

int rows_init(struct rows *rows, int maglev, __u32 table_size, __u32 capacity)
{
	*rows = (struct rows){ .maglev = maglev,
			       .table_size = table_size,
			       .capacity = capacity,
			       .free = NONE,
			       .given_up = NONE,
			       .buckets = malloc(capacity * sizeof(*rows->buckets)),
			       .uses = calloc(capacity, sizeof(*rows->uses)) };
	if (!rows->buckets || !rows->uses)
		return fail(NULL, "out of memory");
	memset(rows->buckets, 0xff, capacity * sizeof(*rows->buckets));
	return 0;
}

static size_t segment_bytes(const struct rows *rows)
{
	return (size_t)segment_value_size(rows->table_size) * ROWS_IN_SEGMENT;
}

void rows_free(struct rows *rows)
{
	__u32 i;

	for (i = 0; i < rows->segment_count; i++)
		munmap(rows->segment[i], segment_bytes(rows));
	free(rows->buckets);
	free(rows->uses);
	*rows = (struct rows){ 0 };
}

static __u16 *places_of(const struct rows *rows, __u32 row)
{
	return rows->segment[row / ROWS_IN_SEGMENT] +
	       (size_t)(row % ROWS_IN_SEGMENT) * segment_value_size(rows->table_size);
}

static int add_segment(struct rows *rows)
{
	int fd = service_maps_segment(rows->table_size), err = 0;
	void *at;

	if (fd < 0)
		return -1;
	at = mmap(NULL, segment_bytes(rows), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		err = fail_errno(errno, "cannot map %d Maglev tables into memory", ROWS_IN_SEGMENT);
	else if (bpf_map_update_elem(rows->maglev, &rows->segment_count, &fd, BPF_ANY))
		err = fail_errno(errno, "cannot write the map maglev");
	close(fd);
	if (!err)
		rows->segment[rows->segment_count++] = at;
	return err;
}

/* A new row, with nobody's digest. */
static int allocate(struct rows *rows, __u32 *row)
{
	if (rows->free != NONE) {
		*row = rows->free;
		rows->free = rows->uses[*row].next;
		return 0;
	}
	if (rows->end == rows->capacity)
		return fail_as("full", "apply a whole state with more capacity.rows", "there is room for %u Maglev tables",
			       rows->capacity);
	if (rows->end / ROWS_IN_SEGMENT == rows->segment_count && add_segment(rows))
		return -1;
	*row = rows->end++;
	return 0;
}

static __u32 *bucket_of(const struct rows *rows, const char *digest)
{
	__u32 number = 0;
	int i;

	for (i = 0; i < 8; i++)
		number = number << 4 | (digest[i] <= '9' ? digest[i] - '0' : digest[i] - 'a' + 10);
	return &rows->buckets[number % rows->capacity];
}

static __u32 find(const struct rows *rows, const char *digest)
{
	__u32 row;

	for (row = *bucket_of(rows, digest); row != NONE; row = rows->uses[row].next)
		if (!strcmp(rows->uses[row].digest, digest))
			return row;
	return NONE;
}

int row_take(struct rows *rows, const struct maglev_member *members, __u32 count, __u32 *row, bool *made)
{
	char digest[SHA256_HEX_SIZE];
	struct row_use *use;
	__u32 *bucket;

	*made = false;
	*row = ROW_NONE;
	if (count == 1)
		return 0;
	sha256_hex(members, count * sizeof(*members), digest);
	*row = find(rows, digest);
	if (*row != NONE) {
		rows->uses[*row].references++;
		return 0;
	}
	if (allocate(rows, row))
		return -1;
	if (maglev_fill(places_of(rows, *row), rows->table_size, members, count)) {
		rows->uses[*row].next = rows->free;
		rows->free = *row;
		return fail(NULL, "out of memory");
	}
	use = &rows->uses[*row];
	bucket = bucket_of(rows, digest);
	*use = (struct row_use){ .references = 1, .next = *bucket };
	memcpy(use->digest, digest, sizeof(digest));
	*bucket = *row;
	rows->used++;
	*made = true;
	return 0;
}

void row_return(struct rows *rows, __u32 row)
{
	__u32 *at;

	if (row == ROW_NONE || --rows->uses[row].references)
		return;
	for (at = bucket_of(rows, rows->uses[row].digest); *at != row; at = &rows->uses[*at].next)
		;
	*at = rows->uses[row].next;
	rows->uses[row].next = rows->given_up;
	rows->given_up = row;
	rows->used--;
}

void rows_settle(struct rows *rows)
{
	while (rows->given_up != NONE) {
		__u32 row = rows->given_up;

		rows->given_up = rows->uses[row].next;
		rows->uses[row].next = rows->free;
		rows->free = row;
	}
}

void rows_prepare(struct rows *rows)
{
	if (rows->free == NONE && rows->end < rows->capacity && rows->end / ROWS_IN_SEGMENT == rows->segment_count &&
	    add_segment(rows))
		failure_forget(); /* whoever needs it says so */
}
