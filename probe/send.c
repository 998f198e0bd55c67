// SPDX-License-Identifier: Apache-2.0
/* Packets that no socket would send. */
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

static ssize_t from_hex(const char *text, uint8_t *data, size_t room)
{
	size_t length = 0;
	unsigned int byte;

	for (; text[0] && text[1]; text += 2) {
		if (length == room || sscanf(text, "%2x", &byte) != 1)
			return -1;
		data[length++] = (uint8_t)byte;
	}
	return text[0] ? -1 : (ssize_t)length;
}

/* The destination that its header names. */
static bool destination_of(const uint8_t *data, size_t length, union address *to)
{
	memset(to, 0, sizeof(*to));
	if (length >= sizeof(struct ip) && data[0] >> 4 == 4) {
		to->v4.sin_family = AF_INET;
		memcpy(&to->v4.sin_addr, data + 16, 4);
		return true;
	}
	if (length >= sizeof(struct ip6_hdr) && data[0] >> 4 == 6) {
		to->v6.sin6_family = AF_INET6;
		memcpy(&to->v6.sin6_addr, data + 24, 16);
		return true;
	}
	return false;
}

void send_packet(const char *hex)
{
	static uint8_t data[65536];
	ssize_t length = from_hex(hex, data, sizeof(data)), sent = -1;
	union address to;
	int fd, on = 1;

	if (length < 0 || !destination_of(data, (size_t)length, &to)) {
		printf("{\"error\":\"send: the hex of an IP packet\"}\n");
		return;
	}
	fd = socket(to.any.sa_family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd >= 0) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof(on));
		sent = sendto(fd, data, (size_t)length, 0, &to.any, address_length(&to));
	}
	if (sent < 0)
		printf("{\"error\":\"send: %s\"}\n", strerrorname_np(errno));
	else
		printf("{\"sent\":%zd}\n", sent);
	if (fd >= 0)
		close(fd);
}
