// SPDX-License-Identifier: Apache-2.0
/* Commands, one a line, from standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "session.h"

#define IN_FLIGHT_MAX 1024

static const struct protocol *const protocols[] = { &tcp_protocol, &udp_protocol, &sctp_protocol, &icmp_protocol };

static struct {
	struct source source;
	char text[1 << 16];
	size_t length;
	bool paused;
} input = { .source.fd = STDIN_FILENO };

static const struct protocol *protocol_named(const char *name)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcmp(protocols[i]->name, name))
			return protocols[i];
	return NULL;
}

bool start_listening(const char *name, uint16_t port)
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

static void command(const char *line)
{
	char word[16], address[64];
	unsigned int port, timeout_ms;
	unsigned long long id;
	const struct protocol *protocol;

	if (!strncmp(line, "send ", 5)) {
		send_packet(line + 5);
		return;
	}
	if (sscanf(line, "listen %15s %u", word, &port) == 2 && port <= 65535) {
		start_listening(word, (uint16_t)port);
		return;
	}
	if (sscanf(line, "%15s %63s %u %llu %u", word, address, &port, &id, &timeout_ms) == 5 && port <= 65535) {
		protocol = protocol_named(word);
		if (protocol) {
			probe_start(protocol, address, (uint16_t)port, id, timeout_ms);
			return;
		}
	}
	if (!session_command(line))
		printf("{\"error\":\"not a command\"}\n");
}

/* As many commands as there is room for probes; the rest waits in the pipe. */
void input_run(void)
{
	char *line = input.text, *end;

	while (probes_in_flight < IN_FLIGHT_MAX && (end = memchr(line, '\n', input.length - (size_t)(line - input.text)))) {
		*end = '\0';
		command(line);
		line = end + 1;
	}
	input.length -= (size_t)(line - input.text);
	memmove(input.text, line, input.length);
	if (input.length == sizeof(input.text) && probes_in_flight < IN_FLIGHT_MAX)
		exit(2); /* a line of 64 KiB: the other side is broken */
	if (input.paused != (probes_in_flight >= IN_FLIGHT_MAX)) {
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
	input_run();
}

int input_watch(void)
{
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	input.source.ready = input_ready;
	return watch(&input.source, EPOLLIN);
}
