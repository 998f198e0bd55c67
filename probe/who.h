/* SPDX-License-Identifier: Apache-2.0 */
/* who.h: a request that the server answers with whom it saw.
 *
 *   request   "? SEQUENCE SIZE xxx...\n"                                    SIZE bytes in all
 *   answer    "! SEQUENCE CLIENT PORT SERVER PORT NAME xxx...\n"            of the same size
 *
 * One datagram, or bytes of a stream. Servers echo everything else: a TCP byte that is not '?', a UDP datagram of less than
 * WHO_MIN bytes.
 */
#ifndef POLC_PROBE_WHO_H
#define POLC_PROBE_WHO_H

#include "probe.h"

#define WHO_MIN 192
#define WHO_MAX 65000
#define WHO_TEXT 256

/* The name that this process gives in answers. */
extern const char *who_name;

/* Writes a request or an answer of `size` bytes. */
void who_request(char *data, uint32_t sequence, size_t size);
void who_answer(char *data, uint32_t sequence, size_t size, int fd, const union address *client);

/* Sequence and size of a request that begins with this text; false if it is none. */
bool who_parse(const char *text, size_t length, uint32_t *sequence, size_t *size);

/* Address and port as text, IPv4-mapped addresses as IPv4; `text` holds WHO_TEXT bytes. */
void who_text(char *text, const union address *address);

#endif
