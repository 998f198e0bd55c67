/* SPDX-License-Identifier: Apache-2.0 */
/* flow_service.h: which service a connection to a backend asked for: the flow of its replies says whose address they get. */
#ifndef POLC_SERVICES_FLOW_SERVICE_H
#define POLC_SERVICES_FLOW_SERVICE_H

#include <stdbool.h>

#include "abi.h"
#include "instance.h"

struct flow_service {
	int flows4, flows6; /* -1: the instance has no services */
};

/* What a client asked for; `address` as in a packet of the event's family. */
struct asked_service {
	unsigned char address[16];
	__u16 port;
};

void flow_service_init(struct flow_service *flows);
/* Finds the flows if there are services by now, and lets go of them if there are none any more. */
void flow_service_open(struct flow_service *flows, const struct instance *instance);
void flow_service_close(struct flow_service *flows);

/* One look-up, if there are services. */
bool flow_service_find(const struct flow_service *flows, const struct event *event, struct asked_service *service);

#endif
