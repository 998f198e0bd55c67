// SPDX-License-Identifier: Apache-2.0
#include "clsact.h"

#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "kernel_log.h"

/* First in line: a filter before ours could accept a packet that policy denies. */
#define PRIORITY 1
#define HANDLE 0x706f6c63 /* "polc" */

static enum bpf_tc_attach_point point_of(enum hook hook)
{
	return hook == HOOK_FROM_POD ? BPF_TC_INGRESS : BPF_TC_EGRESS;
}

static void qdisc_note(const struct instance *instance, unsigned int ifindex, char path[PIN_PATH_MAX])
{
	instance_pin_path(instance, path, "qdiscs/%u", ifindex);
}

/* The note comes first: a qdisc of ours is then never without it. */
static int make_qdisc(const struct instance *instance, unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	char note[PIN_PATH_MAX];
	bool noted;
	int err;

	qdisc_note(instance, ifindex, note);
	noted = !mkdir(note, 0700);
	if (!noted && errno != EEXIST)
		return fail_errno(errno, "cannot make %s", note);
	err = bpf_tc_hook_create(&qdisc);
	if (err && noted)
		rmdir(note);
	return err && err != -EEXIST ? fail_errno(-err, "cannot add the clsact qdisc to interface %u", ifindex) : 0;
}

int clsact_attach(const struct instance *instance, unsigned int ifindex, enum hook hook, int program)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = point_of(hook));
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = program, .handle = HANDLE, .priority = PRIORITY);
	int err;

	if (make_qdisc(instance, ifindex))
		return -1;
	kernel_log_forget();
	err = bpf_tc_attach(&where, &filter);
	if (err == -EEXIST)
		return fail("another instance holds it, or left it: tc filter del dev DEVICE ingress|egress",
			    "interface %u has a filter of polc that is not of instance %s", ifindex, instance->name);
	if (err)
		return fail_errno(-err, "cannot add a filter to interface %u: %s", ifindex, kernel_log_tail());
	return 0;
}

int clsact_replace(unsigned int ifindex, enum hook hook, int program)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = point_of(hook));
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = program, .handle = HANDLE, .priority = PRIORITY,
		    .flags = BPF_TC_F_REPLACE);
	int err;

	kernel_log_forget();
	err = bpf_tc_attach(&where, &filter);
	return err ? fail_errno(-err, "cannot replace the filter of interface %u: %s", ifindex, kernel_log_tail()) : 0;
}

__u32 clsact_program(unsigned int ifindex, enum hook hook)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = point_of(hook));
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = HANDLE, .priority = PRIORITY);

	return bpf_tc_query(&where, &filter) ? 0 : filter.prog_id;
}

int clsact_detach(unsigned int ifindex, enum hook hook)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = point_of(hook));
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = HANDLE, .priority = PRIORITY);
	int err = bpf_tc_detach(&where, &filter);

	return err && err != -ENOENT && err != -ENODEV ? fail_errno(-err, "cannot remove the filter of interface %u", ifindex) : 0;
}

static int ask_filters(int socket, unsigned int ifindex, __u32 parent)
{
	struct {
		struct nlmsghdr header;
		struct tcmsg tc;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = RTM_GETTFILTER,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.tc = { .tcm_ifindex = ifindex, .tcm_parent = parent },
	};

	return send(socket, &request, sizeof(request), 0) == sizeof(request) ? 0 : -1;
}

/* Is there any filter of anybody? If the kernel does not tell: yes. */
static bool has_filters(unsigned int ifindex, __u32 parent)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool found = true;
	union {
		struct nlmsghdr header;
		char bytes[16384];
	} answer;

	if (fd < 0)
		return true;
	if (!ask_filters(fd, ifindex, parent)) {
		ssize_t length = recv(fd, &answer, sizeof(answer), 0);

		/* An empty list is the one message that says it is done. */
		found = length < (ssize_t)sizeof(struct nlmsghdr) || answer.header.nlmsg_type != NLMSG_DONE;
	}
	close(fd);
	return found;
}

static void remove_qdisc(unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);

	if (!has_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)) &&
	    !has_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)))
		bpf_tc_hook_destroy(&qdisc);
}

void clsact_remove_qdiscs(const struct instance *instance)
{
	char path[PIN_PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	/* Elsewhere the numbers are other interfaces'. */
	if (!instance_is_here(instance))
		return;
	instance_pin_path(instance, path, "qdiscs");
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			remove_qdisc(strtoul(entry->d_name, NULL, 10));
	closedir(dir);
}
