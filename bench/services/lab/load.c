// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* load serve PORT                                       answers until it is killed; prints a line when it listens
 * load ask new|kept MILLISECONDS CONNECTIONS FIRST SERVICES   asks port 80 of as many addresses from FIRST on, in turn
 *
 * A request has 100 bytes, an answer 1,000. `new`: a connection for each; `kept`: each connection goes on. As many are open at
 * once. Prints {"requests":N,"failed":N,"late":N,"seconds":S}: what was refused or reset, and what was given up after two seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_BYTES 100
#define ANSWER_BYTES 1000
#define PATIENCE_MS 2000
#define OPEN_MAX_AT_ONCE 65536

/* Of a file descriptor, on either side: bytes that came of what it waits for, and since when it waits. */
static struct {
	int came;
	bool is_asked;
	long long since;
} states[OPEN_MAX_AT_ONCE];

static char bytes[ANSWER_BYTES];
static int epoll_fd;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void watch(int fd, __uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	if (fd >= OPEN_MAX_AT_ONCE || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event))
		fail("epoll");
	states[fd].came = 0;
	states[fd].is_asked = false;
	states[fd].since = now_ms();
}

static void answer(int fd)
{
	char request[REQUEST_BYTES];
	int length = recv(fd, request, sizeof(request) - states[fd].came, 0);

	if (length <= 0) {
		close(fd);
		return;
	}
	states[fd].came += length;
	if (states[fd].came < REQUEST_BYTES)
		return;
	states[fd].came = 0;
	if (send(fd, bytes, ANSWER_BYTES, MSG_NOSIGNAL) != ANSWER_BYTES)
		close(fd);
}

static void serve(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
	struct epoll_event events[64];

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (bind(listener, (void *)&address, sizeof(address)) || listen(listener, 4096))
		fail("listen");
	watch(listener, EPOLLIN);
	puts("listening");
	fflush(stdout);
	for (;;) {
		int count = epoll_wait(epoll_fd, events, 64, -1);

		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd != listener)
				answer(fd);
			else
				while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
					watch(fd, EPOLLIN);
		}
	}
}

struct load {
	bool keeps;
	__uint32_t first, services, next;
	long requests, failed, late;
};

static void connect_next(struct load *load)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(80) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;

	if (fd < 0)
		fail("socket");
	to.sin_addr.s_addr = htonl(load->first + load->next++ % load->services);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (connect(fd, (void *)&to, sizeof(to)) && errno != EINPROGRESS)
		fail("connect");
	watch(fd, EPOLLIN | EPOLLOUT | EPOLLET);
}

static bool ask(int fd)
{
	states[fd].is_asked = true;
	states[fd].since = now_ms();
	return send(fd, bytes, REQUEST_BYTES, MSG_NOSIGNAL) == REQUEST_BYTES;
}

/* @returns false: it is over, and another one comes in its place */
static bool go_on(struct load *load, int fd, __uint32_t events)
{
	char part[ANSWER_BYTES];
	int length;

	if (events & (EPOLLERR | EPOLLHUP))
		return load->failed++, false;
	if (!states[fd].is_asked && !ask(fd))
		return load->failed++, false;
	while ((length = recv(fd, part, sizeof(part), 0)) > 0) {
		states[fd].came += length;
		if (states[fd].came < ANSWER_BYTES)
			continue;
		load->requests++;
		states[fd].came = 0;
		if (!load->keeps)
			return false;
		if (!ask(fd))
			return load->failed++, false;
	}
	if (!length || errno != EAGAIN)
		return load->failed++, false;
	return true;
}

static void replace(struct load *load, int fd)
{
	states[fd].since = 0;
	close(fd);
	connect_next(load);
}

static void ask_all(struct load *load, long long milliseconds, int connections)
{
	long long started = now_ms(), now, looked = started;
	struct epoll_event events[64];

	for (int i = 0; i < connections; i++)
		connect_next(load);
	while ((now = now_ms()) < started + milliseconds) {
		int count = epoll_wait(epoll_fd, events, 64, 50);

		for (int i = 0; i < count; i++)
			if (!go_on(load, events[i].data.fd, events[i].events))
				replace(load, events[i].data.fd);
		if (now - looked < 100)
			continue;
		looked = now;
		for (int fd = 0; fd < OPEN_MAX_AT_ONCE; fd++)
			if (states[fd].since && now - states[fd].since > PATIENCE_MS) {
				load->late++;
				replace(load, fd);
			}
	}
	printf("{\"requests\":%ld,\"failed\":%ld,\"late\":%ld,\"seconds\":%.3f}\n", load->requests, load->failed,
	       load->late, (now_ms() - started) / 1000.0);
}

int main(int count, char **words)
{
	struct rlimit files = { OPEN_MAX_AT_ONCE, OPEN_MAX_AT_ONCE };

	setrlimit(RLIMIT_NOFILE, &files);
	setpriority(PRIO_PROCESS, 0, -20); /* what else the machine does is not what is measured */
	epoll_fd = epoll_create1(0);
	if (count == 3 && !strcmp(words[1], "serve"))
		serve(atoi(words[2]));
	if (count != 7 || strcmp(words[1], "ask"))
		return fprintf(stderr, "usage: load serve PORT | load ask new|kept MILLISECONDS CONNECTIONS FIRST SERVICES\n"), 2;
	ask_all(&(struct load){ .keeps = !strcmp(words[2], "kept"), .first = ntohl(inet_addr(words[5])), .services = atoi(words[6]) },
		atoi(words[3]), atoi(words[4]));
	return 0;
}
