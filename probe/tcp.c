// SPDX-License-Identifier: Apache-2.0
/* TCP: connect, send a byte, read the same byte back. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "probe.h"

static void source_close(struct source *source)
{
	close(source->fd);
	free(source);
}

static void connection_ready(struct source *source, uint32_t events)
{
	char byte;
	ssize_t length = read(source->fd, &byte, 1);

	(void)events;
	if (length == 1 && write(source->fd, &byte, 1) == 1)
		return;
	if (length < 0 && errno == EAGAIN)
		return;
	source_close(source);
}

static void accept_ready(struct source *source, uint32_t events)
{
	int fd;

	(void)events;
	while ((fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		if (!listener(sizeof(struct source), fd, connection_ready))
			close(fd);
}

static bool tcp_listen(uint16_t port)
{
	int fd = bound_socket(SOCK_STREAM, port);

	if (fd < 0)
		return false;
	if (!listen(fd, 4096) && listener(sizeof(struct source), fd, accept_ready))
		return true;
	close(fd);
	return false;
}

static void tcp_ready(struct source *source, uint32_t events)
{
	struct probe *probe = (struct probe *)source;
	char byte = (char)probe->tag, echo;
	socklen_t size = sizeof(int);
	int error = 0;

	(void)events;
	if (!probe->connected) {
		getsockopt(source->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		if (error || write(source->fd, &byte, 1) != 1) {
			probe_end_errno(probe, error ? error : errno);
			return;
		}
		probe->connected = true;
		watch(source, EPOLLIN);
		return;
	}
	switch (read(source->fd, &echo, 1)) {
	case 1:
		probe_end(probe, echo == byte ? "connected" : "error");
		return;
	case 0:
		probe_end_errno(probe, ECONNRESET);
		return;
	default:
		if (errno != EAGAIN)
			probe_end_errno(probe, errno);
	}
}

static bool tcp_start(struct probe *probe)
{
	int fd = socket(probe->to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	probe->source.fd = fd;
	probe->source.ready = tcp_ready;
	if (fd >= 0 && (!connect(fd, &probe->to.any, address_length(&probe->to)) || errno == EINPROGRESS) &&
	    !watch(&probe->source, EPOLLOUT))
		return true;
	probe_end_errno(probe, errno);
	return false;
}

const struct protocol tcp_protocol = { .name = "tcp", .start = tcp_start, .listen = tcp_listen };
