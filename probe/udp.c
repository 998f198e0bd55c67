// SPDX-License-Identifier: Apache-2.0
/* UDP: a datagram that the other side sends back. The server also answers requests of who.h. */
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "who.h"

static void echo_ready(struct source *source, uint32_t events)
{
	static char data[1 << 16];
	union address from;

	(void)events;
	for (;;) {
		socklen_t size = sizeof(from);
		ssize_t length = recvfrom(source->fd, data, sizeof(data), 0, &from.any, &size);
		uint32_t sequence;
		size_t whole;

		if (length < 0)
			return;
		if (length >= WHO_MIN && who_parse(data, (size_t)length, &sequence, &whole) &&
		    whole == (size_t)length)
			who_answer(data, sequence, whole, source->fd, &from);
		/* A lost echo is like a lost datagram: the client asks again. */
		if (sendto(source->fd, data, (size_t)length, 0, &from.any, size) < 0)
			continue;
	}
}

static bool udp_listen(uint16_t port)
{
	int fd = bound_socket(SOCK_DGRAM, port);

	if (fd < 0)
		return false;
	receive_bursts(fd);
	if (listener(sizeof(struct source), fd, echo_ready))
		return true;
	close(fd);
	return false;
}

static void udp_ready(struct source *source, uint32_t events)
{
	struct probe *probe = (struct probe *)source;
	uint32_t echo;
	ssize_t length = recv(source->fd, &echo, sizeof(echo), 0);

	(void)events;
	if (length == sizeof(echo) && echo == probe->tag)
		probe_end(probe, "connected");
	else if (length < 0 && errno != EAGAIN)
		probe_end_errno(probe, errno);
}

static bool udp_send(struct probe *probe)
{
	if (send(probe->source.fd, &probe->tag, sizeof(probe->tag), 0) >= 0 || errno == EAGAIN || errno == ENOBUFS)
		return true;
	probe_end_errno(probe, errno);
	return false;
}

static bool udp_start(struct probe *probe)
{
	int fd = socket(probe->to.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	probe->source.fd = fd;
	probe->source.ready = udp_ready;
	if (fd >= 0 && !connect(fd, &probe->to.any, address_length(&probe->to)) && !watch(&probe->source, EPOLLIN))
		return udp_send(probe);
	probe_end_errno(probe, errno);
	return false;
}

const struct protocol udp_protocol = { .name = "udp", .start = udp_start, .resend = udp_send, .listen = udp_listen };
