/* SPDX-License-Identifier: Apache-2.0 */
/* service_programs.h: the objects of services, loaded for their maps. */
#ifndef POLC_SERVICES_SERVICE_PROGRAMS_H
#define POLC_SERVICES_SERVICE_PROGRAMS_H

#include "service_maps.h"
#include "wanted.h"

enum service_program {
	PROGRAM_FROM_POD,
	PROGRAM_TO_POD,
	PROGRAM_FROM_LINK,
	PROGRAM_TO_LINK,
	PROGRAM_FROM_LINK_XDP,
	PROGRAM_CONNECT4,
	PROGRAM_CONNECT6,
	PROGRAM_SENDMSG4,
	PROGRAM_SENDMSG6,
	PROGRAM_RECVMSG4,
	PROGRAM_RECVMSG6,
	PROGRAM_GETPEERNAME4,
	PROGRAM_GETPEERNAME6,
	SERVICE_PROGRAMS
};

#define FIRST_CGROUP_PROGRAM PROGRAM_CONNECT4

struct service_programs {
	struct bpf_object *object[SERVICE_OBJECTS];
	int fd[SERVICE_PROGRAMS]; /* -1: its object was not given */
};

const char *service_program_name(int program);

void service_programs_init(struct service_programs *programs);
void service_programs_close(struct service_programs *programs);

/* Those of the objects that the state has. */
int service_programs_load(struct service_programs *programs, const struct wanted *wanted, const struct service_maps *maps);

#endif
