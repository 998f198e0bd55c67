/* SPDX-License-Identifier: Apache-2.0 */
/* wanted_fields.h: fields of kinds that only a state of services has. */
#ifndef POLC_SERVICES_WANTED_FIELDS_H
#define POLC_SERVICES_WANTED_FIELDS_H

#include "fields.h"
#include "wanted.h"

bool address_parse(const char *text, struct service_address *address);

int field_address(const struct fields *fields, const char *name, struct service_address *out);
/* Of this family; zero if it is not given. */
int field_address_of(const struct fields *fields, const char *name, int family, __u8 out[16]);
/* Zero and length 0 if it is not given and `family` is. family 0: either. */
int field_block(const struct fields *fields, const char *name, int family, struct service_address *out, __u8 *length);
/* Appends an array of addresses, or of blocks, if it is given. */
int field_blocks(const struct fields *fields, const char *name, bool cidr, struct state_block **blocks, size_t *count);
int field_port(const struct fields *fields, const char *name, __be16 *out);

struct word {
	const char *text;
	__u32 value;
};

/* One of the words, which end with a NULL. */
int field_word(const struct fields *fields, const char *name, const struct word *words, __u32 *out);
/* Any of them, or-ed; none if the list is not given. */
int field_flags(const struct fields *fields, const char *name, const struct word *words, __u32 *out);
/* A list of exactly `count` words. */
int field_words(const struct fields *fields, const char *name, const struct word *words, __u8 *out, size_t count);
/* A list of integers; `count` is how many. To be freed. */
int field_numbers(const struct fields *fields, const char *name, __u32 **out, __u32 *count);

#endif
