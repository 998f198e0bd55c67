/* SPDX-License-Identifier: Apache-2.0 */
/* request.h: one line of `polc-loader run`: a packet and the subject whose pod it leaves or reaches, or a question about
 * the programs.
 */
#ifndef POLC_REQUEST_H
#define POLC_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "abi.h"

#define PACKET_MAX 65536

struct request {
	__u32 subject;
	json_int_t repeat;
	json_int_t age; /* ticks that connections and fragments are made older by, before the packet */
	enum hook hook;
	bool specialised; /* by the subject's own code, not by its tables */
	bool fresh;
	bool own_node;	   /* the node itself sent it */
	bool source_check; /* `address4` and `address6` are the pod's; else the pod has whatever source the packet has */
	bool instructions; /* how many the verifier looked at: there is no packet */
	__be32 address4;
	__u64 address6[2];
	unsigned char packet[PACKET_MAX];
	size_t size;
};

/* NULL, or what is wrong with it. */
const char *request_read(struct request *request, const char *line, size_t length, __u32 subjects);

#endif
