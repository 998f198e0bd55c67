// SPDX-License-Identifier: Apache-2.0
/* polc-probe: the lab's process inside a pod.
 *
 *   polc-probe [PLACE]                            commands on stdin, JSON lines on stdout, ends with stdin
 *   polc-probe [PLACE] --serve PROTOCOL/PORT...   serves until it is killed
 *   polc-probe [PLACE] --capture LINK...          prints the frames of links; see capture.h
 * PLACE: --netns PATH, --cgroup DIRECTORY that this process joins, --name NAME that its servers call themselves.
 *
 * Commands, one a line, besides those of session.h:
 *   listen tcp|udp|sctp PORT                    -> {"listening":"tcp","port":80}
 *   tcp|udp|sctp|icmp ADDRESS PORT ID TIMEOUT   -> {"id":ID,"result":RESULT,"us":MICROSECONDS}
 *   send HEX                                    -> {"sent":BYTES}: a packet from its IP header on, as it is
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

#include "capture.h"
#include "session.h"
#include "who.h"

#define TICK_MS 10
#define EVENTS 256

static void loop(void)
{
	struct epoll_event events[EVENTS];
	uint64_t last_tick_us = 0;

	for (;;) {
		bool waits = probes_in_flight || sessions_wait();
		int count = epoll_wait(epoll_fd, events, EVENTS, waits ? TICK_MS : -1);

		for (int i = 0; i < count; i++) {
			struct source *source = events[i].data.ptr;

			source->ready(source, events[i].events);
		}
		/* Only when all that had arrived is read: an answer counts, however late this process got to run. */
		if (count < EVENTS && waits && now_us() - last_tick_us >= TICK_MS * 1000) {
			probes_tick();
			sessions_tick();
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

static int join(const char *cgroup)
{
	char path[512];
	FILE *file;
	int failed;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	file = fopen(path, "we");
	failed = !file || fputs("0\n", file) < 0 || fflush(file);
	if (failed)
		fprintf(stderr, "polc-probe: cannot join %s: %s\n", cgroup, strerror(errno));
	if (file)
		fclose(file);
	return failed ? -1 : 0;
}

/* Takes the options that say where this process is: how many words, or -1. */
static int place(char **words)
{
	int count = 0;

	while (words[count] && words[count + 1]) {
		const char *value = words[count + 1];

		if (!strcmp(words[count], "--name"))
			who_name = value;
		else if (!strcmp(words[count], "--netns") && enter(value))
			return -1;
		else if (!strcmp(words[count], "--cgroup") && join(value))
			return -1;
		else if (strcmp(words[count], "--netns") && strcmp(words[count], "--cgroup"))
			break;
		count += 2;
	}
	return count;
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
	int words = place(argv + 1);

	if (words < 0)
		return 1;
	argv += words;
	argc -= words;
	if (argc > 1 && strcmp(argv[1], "--serve") && strcmp(argv[1], "--capture")) {
		fprintf(stderr, "usage: polc-probe [--netns PATH] [--cgroup DIRECTORY] [--name NAME] "
				"[--serve PROTOCOL/PORT... | --capture LINK...]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* Ctrl-C is for the lab, which ends this process by closing its stdin */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (argc > 1 && !strcmp(argv[1], "--capture"))
		return capture(argv + 2);
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
