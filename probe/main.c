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
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#define IN_FLIGHT_MAX 1024
#define TICK_MS 10
#define RESENDS 4
#define EVENTS 256

static const struct protocol *const protocols[] = { &tcp_protocol, &udp_protocol, &sctp_protocol, &icmp_protocol };

struct probe probes = { .next = &probes, .previous = &probes };
static unsigned int in_flight;
static int epoll_fd;

static struct {
	struct source source;
	char text[1 << 16];
	size_t length;
	bool paused;
} input = { .source.fd = STDIN_FILENO };

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint32_t random_u32(void)
{
	uint32_t value = 0;

	if (getrandom(&value, sizeof(value), 0) != sizeof(value))
		abort();
	return value;
}

uint16_t next_source_port(void)
{
	static uint16_t last;

	if (!last)
		last = (uint16_t)random_u32();
	last = (uint16_t)(last + 1);
	if (last < 32768)
		last = (uint16_t)(last + 32768);
	return last;
}

socklen_t address_length(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

int watch(struct source *source, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	if (!epoll_ctl(epoll_fd, EPOLL_CTL_ADD, source->fd, &event))
		return 0;
	if (errno != EEXIST)
		return -1;
	return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, source->fd, &event);
}

void *listener(size_t size, int fd, void (*ready)(struct source *source, uint32_t events))
{
	struct source *source = calloc(1, size);

	if (!source)
		return NULL;
	source->fd = fd;
	source->ready = ready;
	if (!watch(source, EPOLLIN))
		return source;
	free(source);
	return NULL;
}

int bound_socket(int type, uint16_t port)
{
	union address any = { .v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) } };
	int fd, error, on = 1, off = 0;

	fd = socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 && errno == EAFNOSUPPORT) {
		fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		any.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
	}
	if (fd < 0)
		return -1;
	if (any.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!bind(fd, &any.any, address_length(&any)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static void probe_free(struct probe *probe)
{
	if (probe->source.fd >= 0)
		close(probe->source.fd);
	probe->next->previous = probe->previous;
	probe->previous->next = probe->next;
	free(probe);
	in_flight--;
}

static void answer(struct probe *probe, const char *result, const char *reason)
{
	printf("{\"id\":%llu,\"result\":\"%s\"", (unsigned long long)probe->id, result);
	if (reason)
		printf(",\"reason\":\"%s\"", reason);
	printf(",\"us\":%llu}\n", (unsigned long long)(now_us() - probe->started_us));
	probe_free(probe);
}

void probe_end(struct probe *probe, const char *result)
{
	answer(probe, result, NULL);
}

void probe_end_errno(struct probe *probe, int error)
{
	if (error == ECONNREFUSED)
		answer(probe, "refused", NULL);
	else
		answer(probe, "error", strerrorname_np(error));
}

static const struct protocol *protocol_named(const char *name)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcmp(protocols[i]->name, name))
			return protocols[i];
	return NULL;
}

static bool parse_address(const char *text, uint16_t port, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons(port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = htons(port);
		return true;
	}
	return false;
}

static bool start_listening(const char *name, uint16_t port)
{
	const struct protocol *protocol = protocol_named(name);

	if (!protocol || !protocol->listen || !port) {
		printf("{\"error\":\"listen: tcp, udp or sctp, and a port\"}\n");
		return false;
	}
	if (!protocol->listen(port)) {
		printf("{\"error\":\"listen %s %u: %s\"}\n", name, port, strerrorname_np(errno));
		return false;
	}
	printf("{\"listening\":\"%s\",\"port\":%u}\n", name, port);
	return true;
}

static void start_probe(const struct protocol *protocol, const char *address, uint16_t port, uint64_t id,
			unsigned int timeout_ms)
{
	struct probe *probe = calloc(1, sizeof(*probe));

	if (!probe || !parse_address(address, port, &probe->to)) {
		printf("{\"id\":%llu,\"result\":\"error\",\"reason\":\"%s\",\"us\":0}\n", (unsigned long long)id,
		       probe ? "not an address" : "ENOMEM");
		free(probe);
		return;
	}
	probe->source.fd = -1;
	probe->protocol = protocol;
	probe->port = port;
	probe->id = id;
	probe->tag = random_u32() | 1; /* an SCTP tag must not be 0 */
	probe->source_port = next_source_port();
	probe->started_us = now_us();
	probe->deadline_us = probe->started_us + (uint64_t)timeout_ms * 1000;
	probe->resend_us = probe->started_us + (uint64_t)timeout_ms * 1000 / RESENDS;
	probe->next = &probes;
	probe->previous = probes.previous;
	probe->previous->next = probe;
	probes.previous = probe;
	in_flight++;
	protocol->start(probe);
}

static void command(const char *line)
{
	char word[16], address[64];
	unsigned int port, timeout_ms;
	unsigned long long id;
	const struct protocol *protocol;

	if (sscanf(line, "listen %15s %u", word, &port) == 2 && port <= 65535) {
		start_listening(word, (uint16_t)port);
		return;
	}
	if (sscanf(line, "%15s %63s %u %llu %u", word, address, &port, &id, &timeout_ms) == 5 && port <= 65535) {
		protocol = protocol_named(word);
		if (protocol) {
			start_probe(protocol, address, (uint16_t)port, id, timeout_ms);
			return;
		}
	}
	printf("{\"error\":\"not a command\"}\n");
}

/* As many commands as there is room for probes; the rest waits in the pipe. */
static void run_commands(void)
{
	char *line = input.text, *end;

	while (in_flight < IN_FLIGHT_MAX && (end = memchr(line, '\n', input.length - (size_t)(line - input.text)))) {
		*end = '\0';
		command(line);
		line = end + 1;
	}
	input.length -= (size_t)(line - input.text);
	memmove(input.text, line, input.length);
	if (input.length == sizeof(input.text) && in_flight < IN_FLIGHT_MAX)
		exit(2); /* a line of 64 KiB: the other side is broken */
	if (input.paused != (in_flight >= IN_FLIGHT_MAX)) {
		input.paused = !input.paused;
		watch(&input.source, input.paused ? 0 : EPOLLIN);
	}
}

static void input_ready(struct source *source, uint32_t events)
{
	ssize_t length;

	/* Who started this process is gone, or has had enough: what is in flight has no reader any more. */
	if (events & (EPOLLHUP | EPOLLERR))
		exit(0);
	length = read(source->fd, input.text + input.length, sizeof(input.text) - input.length);
	if (!length)
		exit(0);
	if (length > 0)
		input.length += (size_t)length;
	run_commands();
}

static void tick(void)
{
	uint64_t now = now_us();
	struct probe *probe, *next;

	for (probe = probes.next; probe != &probes; probe = next) {
		next = probe->next;
		if (now >= probe->deadline_us) {
			probe_end(probe, "timeout");
		} else if (probe->protocol->resend && now >= probe->resend_us) {
			probe->resend_us += (probe->deadline_us - probe->started_us) / RESENDS;
			probe->protocol->resend(probe);
		}
	}
}

static void loop(void)
{
	struct epoll_event events[EVENTS];
	uint64_t last_tick_us = 0;

	for (;;) {
		int count = epoll_wait(epoll_fd, events, EVENTS, in_flight ? TICK_MS : -1);

		for (int i = 0; i < count; i++) {
			struct source *source = events[i].data.ptr;

			source->ready(source, events[i].events);
		}
		/* Only when all that had arrived is read: an answer counts, however late this process got to run. */
		if (count < EVENTS && in_flight && now_us() - last_tick_us >= TICK_MS * 1000) {
			tick();
			last_tick_us = now_us();
		}
		run_commands();
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
		fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
		input.source.ready = input_ready;
		if (watch(&input.source, EPOLLIN))
			return 1;
	}
	loop();
}
