// SPDX-License-Identifier: Apache-2.0
#include "base64.h"

#include <stdlib.h>

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	return -1;
}

static size_t padding(const char *text, size_t length)
{
	if (!length || text[length - 1] != '=')
		return 0;
	return text[length - 2] == '=' ? 2 : 1;
}

static int decode_digits(const char *text, size_t digits, unsigned char *data)
{
	unsigned int bits = 0, held = 0;
	size_t i;

	for (i = 0; i < digits; i++) {
		int value = digit(text[i]);

		if (value < 0)
			return -1;
		bits = (bits << 6 | value) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*data++ = bits >> held;
		}
	}
	return bits & ((1u << held) - 1) ? -1 : 0;
}

int base64_decode(const char *text, size_t length, struct bytes *out)
{
	size_t pad = 0;

	*out = (struct bytes){ 0 };
	if (length % 4)
		return -1;
	pad = padding(text, length);
	out->size = length / 4 * 3 - pad;
	out->data = malloc(out->size + 1);
	if (!out->data)
		return -1;
	if (!decode_digits(text, length - pad, out->data))
		return 0;
	free(out->data);
	*out = (struct bytes){ 0 };
	return -1;
}
