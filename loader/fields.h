/* SPDX-License-Identifier: Apache-2.0 */
/* fields.h: reading JSON objects whose fields are all known. A failure names the field by its path, as in
 * `programs[3].sha256`.
 */
#ifndef POLC_FIELDS_H
#define POLC_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base64.h"

/* An object and where it stands: the file, and the path in it ("" or ending in a dot). */
struct fields {
	const char *file;
	char path[64];
	json_t *object;
};

/* The object is one, and has no field beyond `names` (ended by NULL). */
int fields_open(struct fields *fields, const char *const *names);

bool field_given(const struct fields *fields, const char *name);
int field_u32(const struct fields *fields, const char *name, uint32_t min, uint32_t max, uint32_t *out);
int field_bool(const struct fields *fields, const char *name, bool *out);
int field_string(const struct fields *fields, const char *name, const char **out);
/* Base64; the size must be a multiple of `record`. */
int field_bytes(const struct fields *fields, const char *name, size_t record, struct bytes *out);
int field_array(const struct fields *fields, const char *name, json_t **out);
int field_object(const struct fields *fields, const char *name, const char *const *names, struct fields *out);

/* Element `index` of the array `name`. */
int field_element(const struct fields *fields, const char *name, size_t index, const char *const *names,
		  struct fields *out);

#endif
