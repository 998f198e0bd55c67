// SPDX-License-Identifier: Apache-2.0
#include "wanted_fields.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "state_pods.h"

static int wrong(const struct fields *fields, const char *name, const char *what)
{
	return fail(NULL, "%s: %s%s %s", fields->file, fields->path, name, what);
}

bool address_parse(const char *text, struct service_address *address)
{
	*address = (struct service_address){ .family = strchr(text, ':') ? 6 : 4 };
	return inet_pton(address->family == 4 ? AF_INET : AF_INET6, text, address->bytes) == 1;
}

int field_address(const struct fields *fields, const char *name, struct service_address *out)
{
	const char *text;

	if (field_string(fields, name, &text))
		return -1;
	return address_parse(text, out) ? 0 : wrong(fields, name, "is not an address");
}

int field_address_of(const struct fields *fields, const char *name, int family, __u8 out[16])
{
	struct service_address address;

	memset(out, 0, 16);
	if (!field_given(fields, name))
		return 0;
	if (field_address(fields, name, &address))
		return -1;
	if (address.family != family)
		return wrong(fields, name, family == 4 ? "is not an IPv4 address" : "is not an IPv6 address");
	memcpy(out, address.bytes, 16);
	return 0;
}

int field_block(const struct fields *fields, const char *name, int family, struct service_address *out, __u8 *length)
{
	struct state_block block;
	const char *text;

	*out = (struct service_address){ .family = family };
	*length = 0;
	if (family && !field_given(fields, name))
		return 0;
	if (field_string(fields, name, &text))
		return -1;
	if (!parse_block(text, true, &block) || (family && block.family != family))
		return wrong(fields, name, "is not a block of addresses of this family, without bits beyond its length");
	out->family = block.family;
	memcpy(out->bytes, block.address, sizeof(block.address));
	*length = block.length;
	return 0;
}

int field_blocks(const struct fields *fields, const char *name, bool cidr, struct state_block **blocks, size_t *count)
{
	struct state_block *grown;
	json_t *array, *value;
	size_t i;

	if (!field_given(fields, name))
		return 0;
	if (field_array(fields, name, &array))
		return -1;
	grown = realloc(*blocks, (*count + json_array_size(array) + 1) * sizeof(*grown));
	if (!grown)
		return fail(NULL, "out of memory");
	*blocks = grown;
	json_array_foreach(array, i, value)
		if (!json_is_string(value) || !parse_block(json_string_value(value), cidr, &grown[(*count)++]))
			return fail(NULL, "%s: %s%s[%zu] is not %s", fields->file, fields->path, name, i,
				    cidr ? "a block of addresses" : "an address");
	return 0;
}

int field_port(const struct fields *fields, const char *name, __be16 *out)
{
	__u32 port;

	if (field_u32(fields, name, 1, UINT16_MAX, &port))
		return -1;
	*out = htons(port);
	return 0;
}

static bool find_word(const struct word *words, const json_t *value, __u32 *out)
{
	for (; json_is_string(value) && words->text; words++) {
		if (!strcmp(words->text, json_string_value(value))) {
			*out = words->value;
			return true;
		}
	}
	return false;
}

static int not_a_word(const struct fields *fields, const char *name, const struct word *words)
{
	char known[160];
	size_t at = 0;

	for (; words->text && at < sizeof(known); words++)
		at += snprintf(known + at, sizeof(known) - at, "%s%s", at ? ", " : "", words->text);
	return fail(NULL, "%s: %s%s is none of %s", fields->file, fields->path, name, known);
}

int field_word(const struct fields *fields, const char *name, const struct word *words, __u32 *out)
{
	return find_word(words, json_object_get(fields->object, name), out) ? 0 : not_a_word(fields, name, words);
}

int field_flags(const struct fields *fields, const char *name, const struct word *words, __u32 *out)
{
	json_t *array, *value;
	__u32 flag;
	size_t i;

	*out = 0;
	if (!field_given(fields, name))
		return 0;
	if (field_array(fields, name, &array))
		return -1;
	json_array_foreach(array, i, value) {
		if (!find_word(words, value, &flag))
			return not_a_word(fields, name, words);
		*out |= flag;
	}
	return 0;
}

int field_words(const struct fields *fields, const char *name, const struct word *words, __u8 *out, size_t count)
{
	json_t *array;
	__u32 value;
	size_t i;

	if (field_array(fields, name, &array))
		return -1;
	if (json_array_size(array) != count)
		return fail(NULL, "%s: %s%s has %zu entries, not %zu", fields->file, fields->path, name,
			    json_array_size(array), count);
	for (i = 0; i < count; i++) {
		if (!find_word(words, json_array_get(array, i), &value))
			return not_a_word(fields, name, words);
		out[i] = value;
	}
	return 0;
}

int field_numbers(const struct fields *fields, const char *name, __u32 **out, __u32 *count)
{
	json_t *array, *value;
	size_t i;

	*out = NULL;
	if (field_array(fields, name, &array))
		return -1;
	*count = json_array_size(array);
	*out = calloc(*count + 1, sizeof(**out));
	if (!*out)
		return fail(NULL, "out of memory");
	json_array_foreach(array, i, value) {
		if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > UINT32_MAX)
			return fail(NULL, "%s: %s%s[%zu] is not an integer from 0 to %u", fields->file, fields->path,
				    name, i, UINT32_MAX);
		(*out)[i] = json_integer_value(value);
	}
	return 0;
}
