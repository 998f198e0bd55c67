// SPDX-License-Identifier: Apache-2.0
/* hooks.c: programs on the hooks of tcx, for tests: `hooks INTERFACE` prints {"from": [ids], "to": [ids]} in their order.
 * `hooks INTERFACE first COMMAND...` runs the command while a program that does nothing is before all others on both.
 */
#include <linux/bpf.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TCX_INGRESS 46
#define TCX_EGRESS 47
#define F_BEFORE (1u << 3)

struct query {
	__u32 ifindex, type, flags, attach_flags;
	__u64 programs;
	__u32 count, unused;
	__u64 rest[4];
};

struct link_create {
	__u32 program, ifindex, type, flags;
	__u64 rest[2];
};

static void print(unsigned int ifindex, int type)
{
	__u32 ids[64], i;
	struct query query = { .ifindex = ifindex, .type = type, .programs = (uintptr_t)ids, .count = 64 };

	if (syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof(query)))
		query.count = 0;
	for (i = 0; i < query.count; i++)
		printf("%s%u", i ? "," : "", ids[i]);
}

static int load(void)
{
	static const struct bpf_insn nothing[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = -1 },
						   { .code = BPF_JMP | BPF_EXIT } };
	union bpf_attr load;

	memset(&load, 0, sizeof(load));
	load.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	load.insns = (uintptr_t)nothing;
	load.insn_cnt = 2;
	load.license = (uintptr_t) "GPL";
	return syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
}

/* Links end with this process. */
static int attach(unsigned int ifindex, int program)
{
	int type;

	for (type = TCX_INGRESS; type <= TCX_EGRESS; type++) {
		struct link_create create = { .program = program, .ifindex = ifindex, .type = type, .flags = F_BEFORE };

		if (syscall(SYS_bpf, BPF_LINK_CREATE, &create, sizeof(create)) < 0)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int ifindex = argc > 1 ? if_nametoindex(argv[1]) : 0;
	int status = 0;

	if (argc > 3 && !strcmp(argv[2], "first")) {
		if (attach(ifindex, load())) {
			perror("attach");
			return 2;
		}
		if (!fork()) {
			execvp(argv[3], argv + 3);
			_exit(127);
		}
		wait(&status);
		return WEXITSTATUS(status);
	}
	printf("{\"from\":[");
	print(ifindex, TCX_INGRESS);
	printf("],\"to\":[");
	print(ifindex, TCX_EGRESS);
	puts("]}");
	return 0;
}
