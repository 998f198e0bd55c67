// SPDX-License-Identifier: Apache-2.0
/* SCTP without the kernel's: the first two packets of an association (RFC 9260, sections 3 and 5.1).
 *
 * INIT to a port that is served is answered by INIT ACK, to another one by ABORT. A client that has its INIT ACK sends
 * ABORT, so nobody is left waiting.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "raw.h"

enum chunk_type { CHUNK_INIT = 1, CHUNK_INIT_ACK = 2, CHUNK_ABORT = 6 };

#define ABORT_TAG_REFLECTED 1
#define PARAMETER_STATE_COOKIE 7

struct common_header {
	uint16_t source, destination;
	uint32_t tag;
	uint32_t crc; /* little-endian, unlike the rest */
};

struct chunk_header {
	uint8_t type, flags;
	uint16_t length;
};

struct init {
	struct common_header common;
	struct chunk_header chunk;
	uint32_t tag, window;
	uint16_t streams_out, streams_in;
	uint32_t sequence;
};

struct init_ack {
	struct init init;
	uint16_t parameter, parameter_length;
	uint32_t cookie;
};

struct abort {
	struct common_header common;
	struct chunk_header chunk;
};

static uint8_t served[65536 / 8];

/* CRC32c, reflected, polynomial 0x1edc6f41 (RFC 9260, appendix A). */
static uint32_t crc32c(const void *data, size_t length)
{
	const uint8_t *byte = data;
	uint32_t crc = ~0u;

	for (; length--; byte++) {
		crc ^= *byte;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void seal(struct common_header *header, size_t length)
{
	uint32_t crc;

	header->crc = 0;
	crc = crc32c(header, length);
	for (int i = 0; i < 4; i++)
		((uint8_t *)&header->crc)[i] = (uint8_t)(crc >> (8 * i));
}

static bool sealed(const uint8_t *data, size_t length)
{
	uint8_t copy[2048];
	struct common_header *header = (struct common_header *)copy;
	uint32_t crc;

	if (length > sizeof(copy))
		return false;
	memcpy(copy, data, length);
	crc = header->crc;
	seal(header, length);
	return header->crc == crc;
}

static void sctp_packet(const union address *from, const uint8_t *data, size_t length);
static struct raw sctp = { .proto4 = IPPROTO_SCTP, .proto6 = IPPROTO_SCTP, .packet = sctp_packet };

static struct init init_packet(enum chunk_type type, uint16_t source, uint16_t destination, uint32_t peer_tag,
			       uint32_t tag)
{
	return (struct init){
		.common = { .source = htons(source), .destination = htons(destination), .tag = peer_tag },
		.chunk = { .type = (uint8_t)type, .length = htons(sizeof(struct init) - sizeof(struct common_header)) },
		.tag = tag,
		.window = htonl(65536),
		.streams_out = htons(1),
		.streams_in = htons(1),
		.sequence = htonl(1),
	};
}

static void send_abort(const union address *to, const struct common_header *heard, uint32_t tag, uint8_t flags)
{
	struct abort packet = {
		.common = { .source = heard->destination, .destination = heard->source, .tag = tag },
		.chunk = { .type = CHUNK_ABORT, .flags = flags, .length = htons(sizeof(struct chunk_header)) },
	};

	seal(&packet.common, sizeof(packet));
	raw_send(&sctp, to, &packet, sizeof(packet));
}

static void answer_init(const union address *from, const struct init *heard)
{
	uint16_t port = ntohs(heard->common.destination);
	struct init_ack packet = { .parameter = htons(PARAMETER_STATE_COOKIE), .parameter_length = htons(8) };

	/* No association exists, so an ABORT carries the INIT's own tag (section 8.4, case 3; 5.1 for a port unserved). */
	if (!(served[port / 8] & 1 << port % 8)) {
		send_abort(from, &heard->common, heard->tag, 0);
		return;
	}
	packet.init = init_packet(CHUNK_INIT_ACK, port, ntohs(heard->common.source), heard->tag, random_u32() | 1);
	packet.init.chunk.length = htons(sizeof(packet) - sizeof(struct common_header));
	packet.cookie = random_u32();
	seal(&packet.init.common, sizeof(packet));
	raw_send(&sctp, from, &packet, sizeof(packet));
}

static struct probe *asked(const union address *from, const struct common_header *heard)
{
	for (struct probe *probe = probes.next; probe != &probes; probe = probe->next)
		if (probe->protocol == &sctp_protocol && probe->source_port == ntohs(heard->destination) &&
		    probe->port == ntohs(heard->source) && probe->tag == heard->tag && same_host(&probe->to, from))
			return probe;
	return NULL;
}

static void sctp_packet(const union address *from, const uint8_t *data, size_t length)
{
	const struct abort *heard = (const struct abort *)data;
	bool whole_init = length >= sizeof(struct init);
	struct probe *probe;

	if (length < sizeof(*heard) || !sealed(data, length))
		return;
	if (heard->chunk.type == CHUNK_INIT && whole_init && !heard->common.tag) {
		answer_init(from, (const struct init *)data);
		return;
	}
	probe = asked(from, &heard->common);
	if (!probe)
		return;
	if (heard->chunk.type == CHUNK_INIT_ACK && whole_init) {
		send_abort(from, &heard->common, ((const struct init *)data)->tag, 0);
		probe_end(probe, "connected");
	} else if (heard->chunk.type == CHUNK_ABORT) {
		probe_end(probe, "refused");
	}
}

static bool sctp_send(struct probe *probe)
{
	struct init packet = init_packet(CHUNK_INIT, probe->source_port, probe->port, 0, probe->tag);

	seal(&packet.common, sizeof(packet));
	return raw_send_probe(&sctp, probe, &packet, sizeof(packet));
}

static bool sctp_listen(uint16_t port)
{
	if (!raw_open(&sctp))
		return false;
	served[port / 8] |= (uint8_t)(1 << port % 8);
	return true;
}

const struct protocol sctp_protocol = { .name = "sctp", .start = sctp_send, .resend = sctp_send, .listen = sctp_listen };
