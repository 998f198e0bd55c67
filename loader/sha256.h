/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.h: FIPS 180-4, of bytes in memory. */
#ifndef POLC_SHA256_H
#define POLC_SHA256_H

#include <stddef.h>

#define SHA256_HEX_SIZE 65 /* 64 digits and the closing NUL */

/* Writes the digest in lower-case hex. */
void sha256_hex(const void *data, size_t size, char hex[SHA256_HEX_SIZE]);

#endif
