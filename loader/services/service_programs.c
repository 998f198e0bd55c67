// SPDX-License-Identifier: Apache-2.0
#include "service_programs.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "failure.h"
#include "kernel_log.h"
#include "object.h"

#define CONFIG_SECTION ".rodata.service"
#define NETNS_SECTION ".rodata.netns" /* cookie of this network namespace: the sockets of pods are not the node's */

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

static const struct {
	const char *name;
	enum service_object object;
} specs[SERVICE_PROGRAMS] = {
	[PROGRAM_FROM_POD] = { "from_pod", OBJECT_TC },
	[PROGRAM_TO_POD] = { "to_pod", OBJECT_TC },
	[PROGRAM_FROM_LINK] = { "from_link", OBJECT_TC },
	[PROGRAM_TO_LINK] = { "to_link", OBJECT_TC },
	[PROGRAM_FROM_LINK_XDP] = { "from_link_xdp", OBJECT_XDP },
	[PROGRAM_CONNECT4] = { "connect4", OBJECT_SOCKET },
	[PROGRAM_CONNECT6] = { "connect6", OBJECT_SOCKET },
	[PROGRAM_SENDMSG4] = { "sendmsg4", OBJECT_SOCKET },
	[PROGRAM_SENDMSG6] = { "sendmsg6", OBJECT_SOCKET },
	[PROGRAM_RECVMSG4] = { "recvmsg4", OBJECT_SOCKET },
	[PROGRAM_RECVMSG6] = { "recvmsg6", OBJECT_SOCKET },
	[PROGRAM_GETPEERNAME4] = { "getpeername4", OBJECT_SOCKET },
	[PROGRAM_GETPEERNAME6] = { "getpeername6", OBJECT_SOCKET },
};

const char *service_program_name(int program)
{
	return specs[program].name;
}

void service_programs_init(struct service_programs *programs)
{
	int i;

	*programs = (struct service_programs){ 0 };
	for (i = 0; i < SERVICE_PROGRAMS; i++)
		programs->fd[i] = -1;
}

void service_programs_close(struct service_programs *programs)
{
	int i;

	for (i = 0; i < SERVICE_OBJECTS; i++)
		bpf_object__close(programs->object[i]);
	service_programs_init(programs);
}

static __u64 netns_cookie(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	__u64 cookie = 0;
	socklen_t size = sizeof(cookie);

	if (fd >= 0) {
		getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size);
		close(fd);
	}
	return cookie;
}

static int set_constants(struct bpf_object *object, const char *path, const struct service_config *config)
{
	__u64 cookie = netns_cookie();

	if (object_set_constant(object, path, CONFIG_SECTION, config, sizeof(*config)))
		return -1;
	if (!bpf_object__find_map_by_name(object, NETNS_SECTION))
		return 0;
	return object_set_constant(object, path, NETNS_SECTION, &cookie, sizeof(cookie));
}

static struct bpf_program *find(const struct bpf_object *object, int program)
{
	struct bpf_program *found = bpf_object__find_program_by_name(object, specs[program].name);

	if (!found && program == PROGRAM_FROM_LINK_XDP)
		found = bpf_object__find_program_by_name(object, specs[PROGRAM_FROM_LINK].name);
	return found;
}

static int find_programs(struct service_programs *programs, int object, const char *path)
{
	struct bpf_program *found;
	int i;

	for (i = 0; i < SERVICE_PROGRAMS; i++) {
		if (specs[i].object != (enum service_object)object)
			continue;
		found = find(programs->object[object], i);
		if (!found)
			return fail("polc, polc-loader and the objects must be of the same version",
				    "%s has no program %s", path, specs[i].name);
		programs->fd[i] = bpf_program__fd(found);
	}
	return 0;
}

static int load(struct service_programs *programs, const struct wanted *wanted, const struct service_maps *maps, int i)
{
	LIBBPF_OPTS(bpf_object_open_opts, options);
	const struct object_item *item = &wanted->objects[i];
	struct bpf_object *object;
	const char *log;
	int err;

	kernel_log_forget();
	object = bpf_object__open_mem(item->bytes.data, item->bytes.size, &options);
	if (!object)
		return fail(NULL, "%s is not a BPF object: %s", item->path, strerror(errno));
	programs->object[i] = object;
	if (set_constants(object, item->path, &wanted->config) || service_maps_use(maps, object, item->path))
		return -1;
	err = bpf_object__load(object);
	log = kernel_log_tail();
	if (err == -EPERM)
		return fail_errno(EPERM, "the kernel does not load %s", item->path);
	if (err)
		return fail(NULL, "the kernel refuses %s: %s%s%s", item->path, strerror(-err), *log ? "\n" : "", log);
	return find_programs(programs, i, item->path);
}

int service_programs_load(struct service_programs *programs, const struct wanted *wanted, const struct service_maps *maps)
{
	int i;

	service_programs_init(programs);
	for (i = 0; i < SERVICE_OBJECTS; i++)
		if (wanted->objects[i].path && load(programs, wanted, maps, i))
			return -1;
	return 0;
}
