// SPDX-License-Identifier: Apache-2.0
/* ICMP and ICMPv6: echo request and reply. The kernel answers them, nothing listens. */
#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "raw.h"

/* Echo request and reply, both families. */
struct echo {
	uint8_t type, code;
	uint16_t checksum, identifier, sequence;
	uint32_t tag;
};

static void icmp_packet(const union address *from, const uint8_t *data, size_t length);
static struct raw icmp = { .proto4 = IPPROTO_ICMP, .proto6 = IPPROTO_ICMPV6, .packet = icmp_packet };

/* RFC 1071. The kernel fills in the checksum of ICMPv6. */
static uint16_t checksum(const struct echo *echo)
{
	uint16_t words[sizeof(*echo) / 2];
	uint32_t sum = 0;

	memcpy(words, echo, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		sum += words[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~(sum + (sum >> 16));
}

static void icmp_packet(const union address *from, const uint8_t *data, size_t length)
{
	const struct echo *echo = (const struct echo *)data;
	uint8_t reply = from->any.sa_family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;

	if (length < sizeof(*echo) || echo->type != reply)
		return;
	for (struct probe *probe = probes.next; probe != &probes; probe = probe->next)
		if (probe->protocol == &icmp_protocol && htons(probe->source_port) == echo->identifier &&
		    probe->tag == echo->tag && same_host(&probe->to, from)) {
			probe_end(probe, "connected");
			return;
		}
}

static bool icmp_send(struct probe *probe)
{
	struct echo echo = {
		.type = probe->to.any.sa_family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST,
		.identifier = htons(probe->source_port),
		.tag = probe->tag,
	};

	if (probe->to.any.sa_family == AF_INET)
		echo.checksum = checksum(&echo);
	return raw_send_probe(&icmp, probe, &echo, sizeof(echo));
}

const struct protocol icmp_protocol = { .name = "icmp", .start = icmp_send, .resend = icmp_send };
