/* SPDX-License-Identifier: Apache-2.0 */
/* run_request.h: one line of `polc-loader services run`. */
#ifndef POLC_SERVICES_RUN_REQUEST_H
#define POLC_SERVICES_RUN_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "base64.h"
#include "service_programs.h"

enum run_kind { RUN_PACKET, RUN_APPLY, RUN_COUNTERS, RUN_FLOWS, RUN_INSTRUCTIONS };

struct run_request {
	enum run_kind kind;
	json_t *json;		/* the line; freed by run_request_free() */
	enum service_program program;
	struct bytes packet;
	json_int_t ifindex, repeat, age, gso_size, mark;
	bool fresh; /* as if no packet had come before */
	json_t *state;
};

/* NULL, or what is wrong with it. */
const char *run_request_read(struct run_request *request, const char *line, size_t length);
void run_request_free(struct run_request *request);

#endif
