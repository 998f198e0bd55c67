// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "who.h"

const char *who_name = "-";

void who_text(char *text, const union address *address)
{
	char host[INET6_ADDRSTRLEN] = "?";
	const struct in6_addr *v6 = &address->v6.sin6_addr;

	if (address->any.sa_family == AF_INET)
		inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof(host));
	else if (IN6_IS_ADDR_V4MAPPED(v6))
		inet_ntop(AF_INET, &v6->s6_addr[12], host, sizeof(host));
	else
		inet_ntop(AF_INET6, v6, host, sizeof(host));
	/* The port is at the same place in both families. */
	snprintf(text, WHO_TEXT, "%s %u", host, ntohs(address->v4.sin_port));
}

/* Text, padded to `size` bytes with a newline at the end. */
static void fill(char *data, const char *text, size_t size)
{
	size_t length = strlen(text);

	memcpy(data, text, length);
	memset(data + length, 'x', size - length);
	data[size - 1] = '\n';
}

void who_request(char *data, uint32_t sequence, size_t size)
{
	char text[WHO_TEXT];

	snprintf(text, WHO_MIN - 1, "? %u %zu ", sequence, size);
	fill(data, text, size);
}

void who_answer(char *data, uint32_t sequence, size_t size, int fd, const union address *client)
{
	char text[WHO_MIN], seen[WHO_TEXT], own[WHO_TEXT];
	union address local = { .any.sa_family = AF_INET };
	socklen_t length = sizeof(local);

	getsockname(fd, &local.any, &length);
	who_text(seen, client);
	who_text(own, &local);
	snprintf(text, sizeof(text) - 1, "! %u %.63s %.63s %.32s ", sequence, seen, own, who_name);
	fill(data, text, size);
}

bool who_parse(const char *text, size_t length, uint32_t *sequence, size_t *size)
{
	char head[32] = "";

	memcpy(head, text, length < sizeof(head) - 1 ? length : sizeof(head) - 1);
	return sscanf(head, "? %u %zu ", sequence, size) == 2 && *size >= WHO_MIN && *size <= WHO_MAX;
}
