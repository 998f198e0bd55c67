/* SPDX-License-Identifier: Apache-2.0 */
/* base64.h: RFC 4648 section 4, strict: padded, no line breaks, unused bits zero. */
#ifndef POLC_BASE64_H
#define POLC_BASE64_H

#include <stddef.h>

/* Bytes owned by who holds the struct; `data` is never NULL after a successful decode. */
struct bytes {
	unsigned char *data;
	size_t size;
};

/* 0, or -1 if the text is not base64 (or memory is out). */
int base64_decode(const char *text, size_t length, struct bytes *out);

#endif
