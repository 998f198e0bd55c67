// SPDX-License-Identifier: Apache-2.0
#include "tcx_order.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program_id.h"
#include "services/service_maps.h"

/* linux/bpf.h of Linux 6.6. */
#define F_BEFORE (1u << 3) /* without another program named: before all */
#define F_AFTER (1u << 4)
#define F_ID (1u << 5)

#define TRIES 64 /* each time another one has changed the hook meanwhile */

struct link_create {
	__u32 program, ifindex, type, flags;
	__u32 relative, unused;
	__u64 revision;
};

struct query {
	__u32 ifindex, type, flags, attach_flags;
	__u64 programs;
	__u32 count, unused;
	__u64 attach_flags_of_programs, links, attach_flags_of_links, revision;
};

static int call(int command, void *attributes, size_t size)
{
	long result = syscall(SYS_bpf, command, attributes, size);

	return result < 0 ? -errno : (int)result;
}

int tcx_query(unsigned int ifindex, int type, struct tcx_programs *programs)
{
	struct query query = { .ifindex = ifindex,
			       .type = type,
			       .programs = (uintptr_t)programs->id,
			       .count = TCX_PROGRAMS_MAX };
	int err = call(BPF_PROG_QUERY, &query, sizeof(query));

	programs->count = err ? 0 : query.count;
	programs->revision = query.revision;
	return err == -ENOENT ? 0 : err;
}

/* The last one of services, or 0. */
static __u32 last_of_services(const struct tcx_programs *programs, __u32 services)
{
	__u32 last = 0, i;

	for (i = 0; services && i < programs->count; i++)
		if (program_uses(programs->id[i], services))
			last = programs->id[i];
	return last;
}

int tcx_link(unsigned int ifindex, int type, int program, enum tcx_place place, __u32 services)
{
	struct tcx_programs programs;
	int tries, link = -ESTALE;

	for (tries = 0; tries < TRIES && link == -ESTALE; tries++) {
		struct link_create create = { .program = program, .ifindex = ifindex, .type = type, .flags = F_BEFORE };
		int err = tcx_query(ifindex, type, &programs);

		if (err)
			return err;
		create.revision = programs.revision;
		if (place == TCX_AFTER_SERVICES)
			create.relative = last_of_services(&programs, services);
		if (create.relative)
			create.flags = F_AFTER | F_ID;
		else if (place == TCX_LAST)
			create.flags = F_AFTER;
		link = call(BPF_LINK_CREATE, &create, sizeof(create));
	}
	return link;
}

__u32 services_mark(const struct instance *instance)
{
	char path[PIN_PATH_MAX];
	__u32 id = 0;
	int fd;

	instance_pin_path(instance, path, SERVICES_DIRECTORY "/service_counters");
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		id = map_id(fd);
		close(fd);
	}
	return id;
}
