// SPDX-License-Identifier: Apache-2.0
/* Sockets, and what epoll watches. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "probe.h"

int epoll_fd = -1;

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

void receive_bursts(int fd)
{
	int bytes = 8 << 20;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}
