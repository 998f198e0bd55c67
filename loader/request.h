/* SPDX-License-Identifier: Apache-2.0 */
/* request.h: one line of `polc-loader run`: a packet and the program that judges it, or a question about the program. */
#ifndef POLC_REQUEST_H
#define POLC_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "abi.h"

#define PACKET_MAX 65536

struct request {
	json_int_t program, repeat;
	json_int_t age; /* ticks of conntrack.h that connections and fragments are made older by, before the packet */
	enum hook hook;
	bool fresh;
	bool instructions; /* how many the verifier looked at: there is no packet */
	unsigned char packet[PACKET_MAX];
	size_t size;
};

/* NULL, or what is wrong with it. */
const char *request_read(struct request *request, const char *line, size_t length, size_t programs);

#endif
