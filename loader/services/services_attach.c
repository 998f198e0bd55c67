// SPDX-License-Identifier: Apache-2.0
/* services_attach.c: which program runs where. XDP only where the driver has it and frames come with their checksums complete. */
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "failure.h"
#include "hurry.h"
#include "pod_sources.h"
#include "services.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

static int put(struct services *services, unsigned int ifindex, int place, int program)
{
	return service_link_put(&services->links, services->instance, ifindex, place, services->programs.fd[program], -1);
}

/* Frames that never were on a wire have partial checksums, which XDP does not see: those of a veth, and those that a virtual
 * machine hands to a tun.
 */
static bool has_partial_checksums(const char *name)
{
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	request.ifr_data = (void *)&driver;
	err = fd < 0 || ioctl(fd, SIOCETHTOOL, &request);
	if (fd >= 0)
		close(fd);
	return err || !strcmp(driver.driver, "veth") || !strcmp(driver.driver, "tun") || !strcmp(driver.driver, "netkit");
}

/* 1: this link cannot have it. A device has native or generic XDP, not both: the program of tc bridges the change. */
static int put_xdp(struct services *services, const struct link_item *link, int place)
{
	int other = place == PLACE_XDP_GENERIC ? PROGRAM_FROM_LINK_XDP : PLACE_XDP_GENERIC;

	if (service_link_drop(&services->links, services->instance, link->ifindex, other))
		return -1;
	return put(services, link->ifindex, place, PROGRAM_FROM_LINK_XDP);
}

/* Behind XDP the program of tc does what XDP leaves to it, such as what needs a neighbour first. */
static int put_from_link(struct services *services, const struct link_item *link)
{
	if (put(services, link->ifindex, PROGRAM_FROM_LINK, PROGRAM_FROM_LINK))
		return -1;
	switch (link->hook) {
	case LINK_XDP_GENERIC:
		return put_xdp(services, link, PLACE_XDP_GENERIC);
	case LINK_XDP:
		if (!put_xdp(services, link, PROGRAM_FROM_LINK_XDP))
			return 0;
		return fail("use the hook auto", "link %s: its driver has no XDP, or another program of XDP is there",
			    link->name);
	case LINK_AUTO:
		return !has_partial_checksums(link->name) && put_xdp(services, link, PROGRAM_FROM_LINK_XDP) < 0 ? -1 : 0;
	default:
		return 0;
	}
}

static int attach_links(struct services *services, const struct wanted *wanted)
{
	size_t i;

	for (i = 0; i < wanted->link_count; i++) {
		struct link_item *link = &wanted->links[i];

		link->ifindex = if_nametoindex(link->name);
		if (!link->ifindex)
			return fail_as("missing-interface", "is this the node's network namespace?",
				       "there is no interface %s, which is to be a link of the node", link->name);
		if (put_from_link(services, link) || put(services, link->ifindex, PROGRAM_TO_LINK, PROGRAM_TO_LINK))
			return -1;
	}
	return 0;
}

static int attach_cgroup(struct services *services, const char *path)
{
	int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), program, err = 0;
	struct statfs fs;

	if (cgroup < 0)
		return fail_errno(errno, "cannot open the cgroup %s", path);
	if (fstatfs(cgroup, &fs) || (unsigned long)fs.f_type != CGROUP2_SUPER_MAGIC)
		err = fail("mount -t cgroup2 none DIRECTORY makes one, beside cgroups of version 1 too",
			   "%s is not a cgroup of version 2", path);
	for (program = FIRST_CGROUP_PROGRAM; program < SERVICE_PROGRAMS && !err; program++)
		err = service_link_put(&services->links, services->instance, 0, program, services->programs.fd[program],
				       cgroup);
	close(cgroup);
	return err;
}

/* Filters of clsact come after all programs of tcx: a reply would get its service's address before policy sees it. */
static int check_policy(const struct services *services, const struct pod_item *pod)
{
	char name[PIN_NAME_MAX];

	snprintf(name, sizeof(name), "filters/%u-to_pod", pod->ifindex);
	if (!instance_has(services->instance, name))
		return 0;
	return fail_as("kernel", "apply policy with --attach tcx", "pod %s: its policy is attached by clsact, which comes "
		       "after services", pod->name);
}

int services_attach_pods(struct services *services, const struct pod_item *pods, size_t count)
{
	struct pod_item *pod = (struct pod_item *)pods;
	int hurry = hurry_start(2 * count), err = 0;

	for (; count-- && !err; pod++) {
		pod->ifindex = if_nametoindex(pod->interface);
		if (!pod->ifindex) {
			problem(services->problems, "pod %s: there is no interface %s, so services do not work for it", pod->name,
				pod->interface);
			continue;
		}
		err = check_policy(services, pod) || pod_sources_put(&services->tables, pod) ||
		      put(services, pod->ifindex, PROGRAM_FROM_POD, PROGRAM_FROM_POD) ||
		      put(services, pod->ifindex, PROGRAM_TO_POD, PROGRAM_TO_POD);
	}
	hurry_end(hurry);
	return err ? -1 : 0;
}

int services_attach(struct services *services, const struct wanted *wanted)
{
	const struct items *pods = &wanted->items[ITEM_PODS];

	if (attach_links(services, wanted) || services_attach_pods(services, pods->put, pods->puts))
		return -1;
	if (wanted->cgroup && attach_cgroup(services, wanted->cgroup))
		return -1;
	return services_keep_pods(services, wanted);
}
