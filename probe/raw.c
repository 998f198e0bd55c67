// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"

struct raw_source {
	struct source source;
	struct raw *raw;
	int family;
};

static void raw_ready(struct source *source, uint32_t events)
{
	struct raw_source *self = (struct raw_source *)source;
	uint8_t data[2048];
	union address from;

	(void)events;
	for (;;) {
		socklen_t size = sizeof(from);
		ssize_t length = recvfrom(source->fd, data, sizeof(data), 0, &from.any, &size);
		size_t header;

		if (length < 0)
			return;
		/* IPv4 raw sockets give the IP header too, IPv6 ones do not. */
		header = self->family == AF_INET && length > 0 ? (size_t)(data[0] & 15) * 4 : 0;
		if ((size_t)length >= header)
			self->raw->packet(&from, data + header, (size_t)length - header);
	}
}

static struct source *open_family(struct raw *raw, int family, int proto)
{
	int fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, proto);
	struct raw_source *source;

	if (fd < 0)
		return NULL;
	receive_bursts(fd);
	source = listener(sizeof(*source), fd, raw_ready);
	if (!source) {
		close(fd);
		return NULL;
	}
	source->raw = raw;
	source->family = family;
	return &source->source;
}

bool raw_open(struct raw *raw)
{
	if (!raw->v4)
		raw->v4 = open_family(raw, AF_INET, raw->proto4);
	if (!raw->v6)
		raw->v6 = open_family(raw, AF_INET6, raw->proto6);
	return raw->v4 || raw->v6;
}

int raw_send(struct raw *raw, const union address *to, const void *data, size_t length)
{
	const struct source *source;
	union address host = *to;

	if (!raw_open(raw))
		return errno;
	source = to->any.sa_family == AF_INET ? raw->v4 : raw->v6;
	if (!source)
		return EAFNOSUPPORT;
	if (host.any.sa_family == AF_INET6)
		host.v6.sin6_port = 0; /* a raw socket takes it for a protocol number */
	return sendto(source->fd, data, length, 0, &host.any, address_length(&host)) < 0 ? errno : 0;
}

bool raw_send_probe(struct raw *raw, struct probe *probe, const void *data, size_t length)
{
	int error = raw_send(raw, &probe->to, data, length);

	if (!error || error == EAGAIN || error == ENOBUFS)
		return true;
	probe_end_errno(probe, error);
	return false;
}

bool same_host(const union address *a, const union address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
	return IN6_ARE_ADDR_EQUAL(&a->v6.sin6_addr, &b->v6.sin6_addr);
}
