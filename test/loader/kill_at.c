// SPDX-License-Identifier: Apache-2.0
/* kill_at.c: preloaded into polc-loader, ends it by SIGKILL just before its KILL_AT-th call (from 1) that changes
 * anything: BPF system calls that write, netlink messages, directories and pins. Without KILL_AT it writes the number of
 * such calls to the file KILL_COUNT names.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long changes;

static void change(void)
{
	const char *at = getenv("KILL_AT");

	if (strcmp(program_invocation_short_name, "polc-loader"))
		return;
	if (++changes == (at ? atol(at) : -1))
		kill(getpid(), SIGKILL);
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("KILL_COUNT");
	FILE *file = path && changes ? fopen(path, "w") : NULL;

	if (file) {
		fprintf(file, "%ld", changes);
		fclose(file);
	}
}

static int writes(long number, long command)
{
	if (number != SYS_bpf)
		return number == SYS_membarrier || number == SYS_renameat2;
	switch (command) {
	case BPF_MAP_CREATE:
	case BPF_PROG_LOAD:
	case BPF_OBJ_PIN:
	case BPF_LINK_CREATE:
	case BPF_LINK_DETACH:
	case BPF_LINK_UPDATE:
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_UPDATE_BATCH:
	case BPF_MAP_DELETE_ELEM:
		return 1;
	default:
		return 0; /* what is written through mmap is no call: kills at random times hit it */
	}
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	va_list args;
	long a[6];
	int i;

	va_start(args, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	if (writes(number, a[0]))
		change();
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

#define COUNTED(type, name, parameters, arguments)                             \
	type name parameters                                                   \
	{                                                                      \
		static type(*real) parameters;                                 \
		if (!real)                                                     \
			real = (type(*) parameters)dlsym(RTLD_NEXT, #name);    \
		change();                                                      \
		return real arguments;                                         \
	}

COUNTED(int, mkdir, (const char *path, mode_t mode), (path, mode))
COUNTED(int, rename, (const char *from, const char *to), (from, to))
COUNTED(int, rmdir, (const char *path), (path))
COUNTED(int, unlink, (const char *path), (path))
COUNTED(ssize_t, send, (int fd, const void *data, size_t size, int flags), (fd, data, size, flags))
COUNTED(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
