// SPDX-License-Identifier: Apache-2.0
/* polc-probe: the lab's process inside a pod.
 *
 *   polc-probe [--netns PATH]                            commands on stdin, JSON lines on stdout, ends with stdin
 *   polc-probe [--netns PATH] --serve PROTOCOL/PORT...   serves until it is killed
 *
 * Commands, one a line:
 *   listen tcp|udp|sctp PORT                    -> {"listening":"tcp","port":80}
 *   tcp|udp|sctp|icmp ADDRESS PORT ID TIMEOUT   -> {"id":ID,"result":RESULT,"us":MICROSECONDS}
 * TIMEOUT is in milliseconds, PORT is 0 for icmp. RESULT: "connected" (something answered for this port), "refused"
 * (the address answered that nothing listens there), "timeout" (nothing came back), "error" (with "reason").
 * A command that makes no sense -> {"error":"..."}.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "probe.h"

#define TICK_MS 10
#define EVENTS 256

static void loop(void)
{
	struct epoll_event events[EVENTS];
	uint64_t last_tick_us = 0;

	for (;;) {
		int count = epoll_wait(epoll_fd, events, EVENTS, probes_in_flight ? TICK_MS : -1);

		for (int i = 0; i < count; i++) {
			struct source *source = events[i].data.ptr;

			source->ready(source, events[i].events);
		}
		/* Only when all that had arrived is read: an answer counts, however late this process got to run. */
		if (count < EVENTS && probes_in_flight && now_us() - last_tick_us >= TICK_MS * 1000) {
			probes_tick();
			last_tick_us = now_us();
		}
		input_run();
		if (fflush(stdout))
			exit(1);
	}
}

static int enter(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		fprintf(stderr, "polc-probe: cannot enter %s: %s\n", path, strerror(errno));
		return -1;
	}
	close(fd);
	return 0;
}

static int serve(char **ports)
{
	char name[16];
	unsigned int port;

	for (; *ports; ports++)
		if (sscanf(*ports, "%15[a-z]/%u", name, &port) != 2 || port > 65535 ||
		    !start_listening(name, (uint16_t)port))
			return -1;
	return 0;
}

int main(int argc, char **argv)
{
	struct rlimit files;

	if (argc >= 3 && !strcmp(argv[1], "--netns")) {
		if (enter(argv[2]))
			return 1;
		argv += 2;
		argc -= 2;
	}
	if (argc > 1 && strcmp(argv[1], "--serve")) {
		fprintf(stderr, "usage: polc-probe [--netns PATH] [--serve PROTOCOL/PORT...]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* Ctrl-C is for the lab, which ends this process by closing its stdin */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		return 1;
	if (argc > 1) {
		if (serve(argv + 2))
			return fflush(stdout), 1;
	} else {
		if (input_watch())
			return 1;
	}
	loop();
}
