// SPDX-License-Identifier: Apache-2.0
#include "block.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/netfilter.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PINS "/sys/fs/bpf/polc-cni"
#define FAMILIES 2
#define PATH_MAX_PIN 128

/* Headers of older kernels lack these. */
#define PROG_TYPE_NETFILTER 32
#define ATTACH_NETFILTER 45

struct netfilter_link {
	uint32_t prog_fd, target_fd, attach_type, flags;
	uint32_t pf, hooknum;
	int32_t priority;
	uint32_t netfilter_flags;
};

static const uint32_t families[FAMILIES] = { NFPROTO_IPV4, NFPROTO_IPV6 };

static int bpf(int command, void *attr, unsigned int size)
{
	return (int)syscall(SYS_bpf, command, attr, size);
}

static int load_drop(void)
{
	const struct bpf_insn drop[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = NF_DROP },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { 0 };

	attr.prog_type = PROG_TYPE_NETFILTER;
	attr.expected_attach_type = ATTACH_NETFILTER;
	attr.insns = (uintptr_t)drop;
	attr.insn_cnt = sizeof(drop) / sizeof(*drop);
	attr.license = (uintptr_t) "Apache-2.0";
	return bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int attach(int program, uint32_t family)
{
	union {
		struct netfilter_link link;
		union bpf_attr room;
	} attr;

	memset(&attr, 0, sizeof(attr));
	attr.link = (struct netfilter_link){ .prog_fd = program, .attach_type = ATTACH_NETFILTER, .pf = family,
					     .hooknum = NF_INET_LOCAL_OUT, .priority = -1000 };
	return bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static void pin_path(char path[PATH_MAX_PIN], const char *id, int family)
{
	snprintf(path, PATH_MAX_PIN, PINS "/%.64s-%d", id, family ? 6 : 4);
}

static int pin(int link, const char *path)
{
	union bpf_attr attr = { 0 };

	attr.pathname = (uintptr_t)path;
	attr.bpf_fd = link;
	return bpf(BPF_OBJ_PIN, &attr, sizeof(attr));
}

/* The hook is that of the caller's namespace. */
static int attach_inside(const char *netns, const char *id, int program)
{
	int fd = open(netns, O_RDONLY | O_CLOEXEC), family, link, err = 0;
	char path[PATH_MAX_PIN];

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		return -1;
	close(fd);
	for (family = 0; family < FAMILIES && !err; family++) {
		pin_path(path, id, family);
		link = attach(program, families[family]);
		err = link < 0 || pin(link, path) ? -1 : 0;
		if (link >= 0)
			close(link);
	}
	return err;
}

int block_sandbox(const char *netns, const char *id)
{
	int program = load_drop(), err, saved;

	if (program < 0)
		return -1;
	mkdir(PINS, 0700);
	err = attach_inside(netns, id, program);
	saved = errno;
	close(program);
	if (err)
		lift_block(id);
	errno = saved;
	return err;
}

void lift_block(const char *id)
{
	char path[PATH_MAX_PIN];
	int family;

	for (family = 0; family < FAMILIES; family++) {
		pin_path(path, id, family);
		unlink(path);
	}
}
