// SPDX-License-Identifier: Apache-2.0
#include "fields.h"

#include <stdio.h>
#include <string.h>

#include "failure.h"

static int wrong(const struct fields *fields, const char *name, const char *what)
{
	return fail(NULL, "%s: %s%s %s", fields->file, fields->path, name, what);
}

static bool known(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

int fields_open(struct fields *fields, const char *const *names)
{
	const char *name;
	json_t *value;

	if (!json_is_object(fields->object)) {
		size_t length = strlen(fields->path);

		if (!length)
			return fail(NULL, "%s: not a JSON object", fields->file);
		return fail(NULL, "%s: %.*s is not an object", fields->file, (int)length - 1, fields->path);
	}
	json_object_foreach(fields->object, name, value)
		if (!known(names, name))
			return fail("polc and polc-loader must be of the same version", "%s: unknown field %s%s",
				    fields->file, fields->path, name);
	return 0;
}

bool field_given(const struct fields *fields, const char *name)
{
	return json_object_get(fields->object, name);
}

static json_t *required(const struct fields *fields, const char *name)
{
	json_t *value = json_object_get(fields->object, name);

	if (!value)
		wrong(fields, name, "is missing");
	return value;
}

int field_u32(const struct fields *fields, const char *name, uint32_t min, uint32_t max, uint32_t *out)
{
	json_t *value = required(fields, name);

	if (!value)
		return -1;
	if (!json_is_integer(value) || json_integer_value(value) < min || json_integer_value(value) > max)
		return fail(NULL, "%s: %s%s is not an integer from %u to %u", fields->file, fields->path, name, min,
			    max);
	*out = json_integer_value(value);
	return 0;
}

int field_bool(const struct fields *fields, const char *name, bool *out)
{
	json_t *value = required(fields, name);

	if (!value)
		return -1;
	if (!json_is_boolean(value))
		return wrong(fields, name, "is not true or false");
	*out = json_is_true(value);
	return 0;
}

int field_string(const struct fields *fields, const char *name, const char **out)
{
	json_t *value = required(fields, name);

	if (!value)
		return -1;
	if (!json_is_string(value) || !json_string_length(value))
		return wrong(fields, name, "is not a string of at least one character");
	*out = json_string_value(value);
	return 0;
}

int field_bytes(const struct fields *fields, const char *name, size_t record, struct bytes *out)
{
	json_t *value = required(fields, name);

	if (!value)
		return -1;
	if (!json_is_string(value) || base64_decode(json_string_value(value), json_string_length(value), out))
		return wrong(fields, name, "is not base64");
	if (out->size % record)
		return fail(NULL, "%s: %s%s has %zu bytes, which is no multiple of its records' %zu", fields->file,
			    fields->path, name, out->size, record);
	return 0;
}

int field_array(const struct fields *fields, const char *name, json_t **out)
{
	*out = required(fields, name);
	if (!*out)
		return -1;
	return json_is_array(*out) ? 0 : wrong(fields, name, "is not a list");
}

int field_object(const struct fields *fields, const char *name, const char *const *names, struct fields *out)
{
	out->file = fields->file;
	out->object = required(fields, name);
	if (!out->object)
		return -1;
	snprintf(out->path, sizeof(out->path), "%s.", name);
	return fields_open(out, names);
}

int field_element(const struct fields *fields, const char *name, size_t index, const char *const *names,
		  struct fields *out)
{
	out->file = fields->file;
	out->object = json_array_get(json_object_get(fields->object, name), index);
	snprintf(out->path, sizeof(out->path), "%s[%zu].", name, index);
	return fields_open(out, names);
}
