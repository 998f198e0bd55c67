// SPDX-License-Identifier: Apache-2.0
#include "service_links.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "program_id.h"
#include "tcx_order.h"

/* How the links of each place are made. */
static const struct {
	int type; /* enum bpf_attach_type */
	enum tcx_place order;
	__u32 flags;
} specs[SERVICE_PLACES] = {
	[PROGRAM_FROM_POD] = { TCX_INGRESS, TCX_FIRST, 0 },
	[PROGRAM_TO_POD] = { TCX_EGRESS, TCX_LAST, 0 },
	[PROGRAM_FROM_LINK] = { TCX_INGRESS, TCX_FIRST, 0 },
	[PROGRAM_TO_LINK] = { TCX_EGRESS, TCX_LAST, 0 },
	[PROGRAM_FROM_LINK_XDP] = { BPF_XDP, 0, XDP_FLAGS_DRV_MODE },
	[PLACE_XDP_GENERIC] = { BPF_XDP, 0, XDP_FLAGS_SKB_MODE },
	[PROGRAM_CONNECT4] = { BPF_CGROUP_INET4_CONNECT, 0, 0 },
	[PROGRAM_CONNECT6] = { BPF_CGROUP_INET6_CONNECT, 0, 0 },
	[PROGRAM_SENDMSG4] = { BPF_CGROUP_UDP4_SENDMSG, 0, 0 },
	[PROGRAM_SENDMSG6] = { BPF_CGROUP_UDP6_SENDMSG, 0, 0 },
	[PROGRAM_RECVMSG4] = { BPF_CGROUP_UDP4_RECVMSG, 0, 0 },
	[PROGRAM_RECVMSG6] = { BPF_CGROUP_UDP6_RECVMSG, 0, 0 },
	[PROGRAM_GETPEERNAME4] = { BPF_CGROUP_INET4_GETPEERNAME, 0, 0 },
	[PROGRAM_GETPEERNAME6] = { BPF_CGROUP_INET6_GETPEERNAME, 0, 0 },
};

const char *service_place_name(int place)
{
	return place == PLACE_XDP_GENERIC ? "from_link_xdp_generic" : service_program_name(place);
}

static void path_of(const struct instance *instance, unsigned int ifindex, int place, char path[PIN_PATH_MAX])
{
	instance_pin_path(instance, path, SERVICES_LINKS "/%u-%s", ifindex, service_place_name(place));
}

static int open_link(const struct instance *instance, const struct service_link *link)
{
	char path[PIN_PATH_MAX];

	path_of(instance, link->ifindex, link->place, path);
	return bpf_obj_get(path);
}

/* A link says what it is on; one whose interface or cgroup is gone says 0. */
static void inspect(const struct instance *instance, struct service_link *link)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);
	int fd = open_link(instance, link);

	link->live = false;
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length)) {
		/* What is said of a tcx link begins with the ifindex, as for an XDP link. */
		link->live = link->ifindex ? info.xdp.ifindex == link->ifindex : info.cgroup.cgroup_id != 0;
		link->program = info.prog_id;
	}
	close(fd);
}

static struct service_link *add(struct service_links *links, unsigned int ifindex, int place)
{
	struct service_link *grown = realloc(links->at, (links->count + 1) * sizeof(*grown));

	if (!grown) {
		fail(NULL, "out of memory");
		return NULL;
	}
	links->at = grown;
	grown[links->count] = (struct service_link){ .ifindex = ifindex, .place = place, .before = -1 };
	return &grown[links->count++];
}

static int place_of(const char *name)
{
	int place;

	for (place = 0; place < SERVICE_PLACES; place++)
		if (!strcmp(name, service_place_name(place)))
			return place;
	return -1;
}

int service_links_read(struct service_links *links, const struct instance *instance)
{
	char path[PIN_PATH_MAX], name[32], end;
	struct dirent *entry;
	unsigned int ifindex;
	int err = 0;
	DIR *dir;

	*links = (struct service_links){ 0 };
	instance_pin_path(instance, path, SERVICES_LINKS);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : fail_errno(errno, "cannot read %s", path);
	while (!err && (entry = readdir(dir))) {
		struct service_link *link;

		if (sscanf(entry->d_name, "%u-%31[a-z0-9_]%c", &ifindex, name, &end) != 2 || place_of(name) < 0)
			continue;
		link = add(links, ifindex, place_of(name));
		err = link ? 0 : -1;
		if (link)
			inspect(instance, link);
	}
	closedir(dir);
	return err;
}

void service_links_begin(struct service_links *links)
{
	size_t i;

	for (i = 0; i < links->count; i++) {
		struct service_link *link = &links->at[i];

		if (link->before >= 0)
			close(link->before);
		link->before = -1;
		link->added = link->wanted = false;
	}
}

void service_links_free(struct service_links *links)
{
	service_links_begin(links);
	free(links->at);
	*links = (struct service_links){ 0 };
}

struct service_link *service_link_find(const struct service_links *links, unsigned int ifindex, int place)
{
	size_t i;

	for (i = 0; i < links->count; i++)
		if (links->at[i].ifindex == ifindex && links->at[i].place == place)
			return &links->at[i];
	return NULL;
}

static int create(const struct instance *instance, unsigned int ifindex, int place, int program, int cgroup)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = specs[place].flags);

	if (specs[place].type == TCX_INGRESS || specs[place].type == TCX_EGRESS)
		return tcx_link(ifindex, specs[place].type, program, specs[place].order, services_mark(instance));
	return bpf_link_create(program, ifindex ? (int)ifindex : cgroup, specs[place].type, &options);
}

static int make(struct service_links *links, const struct instance *instance, unsigned int ifindex, int place, int program,
		int cgroup)
{
	int fd = create(instance, ifindex, place, program, cgroup);
	struct service_link *link;
	char path[PIN_PATH_MAX];

	if (fd < 0 && place == PROGRAM_FROM_LINK_XDP)
		return 1;
	if (fd < 0 && ifindex)
		return fail_errno(-fd, "cannot attach %s to interface %u", service_place_name(place), ifindex);
	if (fd < 0)
		return fail_errno(-fd, "cannot attach %s to the cgroup", service_place_name(place));
	path_of(instance, ifindex, place, path);
	if (bpf_obj_pin(fd, path)) {
		close(fd);
		return fail_errno(errno, "cannot pin %s", path);
	}
	close(fd);
	link = add(links, ifindex, place);
	if (!link)
		return -1;
	link->live = link->added = link->wanted = true;
	link->program = program_id(program);
	return 0;
}

/* From one packet to the next. */
static int replace(const struct instance *instance, struct service_link *link, int program)
{
	int fd = open_link(instance, link), err;

	if (fd < 0)
		return fail_errno(-fd, "cannot open the link %s of interface %u", service_place_name(link->place),
				  link->ifindex);
	err = bpf_link_update(fd, program, NULL);
	close(fd);
	if (err)
		return fail_errno(-err, "cannot replace %s of interface %u", service_place_name(link->place), link->ifindex);
	link->program = program_id(program);
	return 0;
}

static __u64 cgroup_id_of(int cgroup)
{
	struct stat stat_buffer;

	return fstat(cgroup, &stat_buffer) ? 0 : stat_buffer.st_ino;
}

/* A link to another cgroup than this one is another link. */
static bool is_on(const struct instance *instance, const struct service_link *link, int cgroup)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);
	int fd, err;

	if (link->ifindex)
		return true;
	fd = open_link(instance, link);
	err = fd < 0 ? -1 : bpf_obj_get_info_by_fd(fd, &info, &length);
	if (fd >= 0)
		close(fd);
	return !err && info.cgroup.cgroup_id == cgroup_id_of(cgroup);
}

int service_link_put(struct service_links *links, const struct instance *instance, unsigned int ifindex, int place,
		     int program, int cgroup)
{
	struct service_link *link = service_link_find(links, ifindex, place);

	if (link)
		inspect(instance, link);
	if (link && (!link->live || !is_on(instance, link, cgroup))) {
		if (service_link_drop(links, instance, ifindex, place))
			return -1;
		link = NULL;
	}
	if (!link)
		return make(links, instance, ifindex, place, program, cgroup);
	link->wanted = true;
	link->before = bpf_prog_get_fd_by_id(link->program);
	return replace(instance, link, program);
}

int service_link_remove(const struct instance *instance, struct service_link *link)
{
	int fd = open_link(instance, link), err = 0;
	char path[PIN_PATH_MAX];

	path_of(instance, link->ifindex, link->place, path);
	if (fd >= 0) {
		err = bpf_link_detach(fd);
		close(fd);
	}
	if (err && err != -ENOLINK)
		return fail_errno(-err, "cannot detach %s", path);
	link->live = false;
	return unlink(path) && errno != ENOENT ? fail_errno(errno, "cannot remove %s", path) : 0;
}

int service_link_drop(struct service_links *links, const struct instance *instance, unsigned int ifindex, int place)
{
	struct service_link *link = service_link_find(links, ifindex, place);

	if (!link)
		return 0;
	if (service_link_remove(instance, link))
		return -1;
	if (link->before >= 0)
		close(link->before);
	*link = links->at[--links->count];
	return 0;
}

void service_links_undo(struct service_links *links, const struct instance *instance)
{
	size_t i;

	for (i = 0; i < links->count; i++) {
		struct service_link *link = &links->at[i];

		if (link->added)
			service_link_remove(instance, link);
		else if (link->before >= 0)
			replace(instance, link, link->before);
	}
}

void service_links_end(struct service_links *links, const struct instance *instance, json_t *problems)
{
	size_t i, kept = 0;

	for (i = 0; i < links->count; i++) {
		struct service_link link = links->at[i];

		if (!link.wanted && !service_link_remove(instance, &link))
			continue;
		if (!link.wanted)
			problem_of_failure(problems, "interface %u keeps a program that it no longer needs", link.ifindex);
		links->at[kept++] = link;
	}
	links->count = kept;
	service_links_begin(links);
}
