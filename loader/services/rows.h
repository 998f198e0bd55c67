/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h: Maglev tables, shared by all sets with the same members. Segments of them are made as they are needed, and mapped
 * into this process. What is given up is written again only after rows_settle().
 */
#ifndef POLC_SERVICES_ROWS_H
#define POLC_SERVICES_ROWS_H

#include <stdbool.h>

#include "maglev.h"
#include "service/service_abi.h"
#include "sha256.h"

struct row_use {
	__u32 references;
	__u32 next; /* of the same bucket, or the next free one */
	char digest[SHA256_HEX_SIZE];
};

struct rows {
	int maglev;
	__u32 table_size, capacity, used;
	__u32 end;	   /* rows behind it were never given */
	__u32 free, given_up; /* lists */
	__u32 segment_count;
	void *segment[SEGMENTS];
	__u32 *buckets;
	struct row_use *uses;
};

int rows_init(struct rows *rows, int maglev, __u32 table_size, __u32 capacity);
void rows_free(struct rows *rows);

/* The row of these members; ROW_NONE if it is one. `made`: it is a new one. */
int row_take(struct rows *rows, const struct maglev_member *members, __u32 count, __u32 *row, bool *made);
void row_return(struct rows *rows, __u32 row);

/* No packet goes by what was given up: it is free. */
void rows_settle(struct rows *rows);
/* Makes a segment ahead, if the next row would need one: the kernel takes its time. */
void rows_prepare(struct rows *rows);

#endif
