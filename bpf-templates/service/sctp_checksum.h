/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* sctp_checksum.h: CRC32c of an SCTP packet whose ports have changed, without reading the rest of it.
 *   sctp_mend(context, at, length, before, after) -> 0 or -1
 * A CRC is linear: what the change of the first four bytes adds is that change times x^8 for each byte behind it, modulo the
 * polynomial. RFC 9260, appendix A.
 */
#ifndef POLC_SERVICE_SCTP_CHECKSUM_H
#define POLC_SERVICE_SCTP_CHECKSUM_H

#include "service_packet.h"

#define CRC32C_POLYNOMIAL 0x82f63b78u /* the lowest power is the highest bit */
#define SCTP_CHECKSUM_OFFSET 8
#define CRC32C_POWERS 17

/* x^8, and each the square of the one before it. */
static const __u32 crc32c_power[CRC32C_POWERS] = {
	0x00800000, 0x00008000, 0x82f63b78, 0x6ea2d55c, 0x18b8ea18, 0x510ac59a, 0xb82be955, 0xb8fdb1e7, 0x88e56f72,
	0x74c360a4, 0xe4172b16, 0x0d65762a, 0x35d73a62, 0x28461564, 0xbf455269, 0xe2ea32dc, 0xfe7740e6,
};

static __always_inline __u32 little_endian(__u32 word)
{
	return bpf_htonl(1) == 1 ? __builtin_bswap32(word) : word;
}

static __always_inline __u32 crc32c_times_x(__u32 a)
{
	return a >> 1 ^ (CRC32C_POLYNOMIAL & -(a & 1));
}

/* Without branches, of which the verifier would follow every combination. */
static __always_inline __u32 crc32c_multiply(__u32 a, __u32 b)
{
	__u32 product = 0;

	for (int bit = 31; bit >= 0; bit--) {
		product ^= b & -(a >> bit & 1);
		b = crc32c_times_x(b);
	}
	return product;
}

__noinline int sctp_mend(packet_context *context, __u32 at, __u32 length, __u32 before, __u32 after)
{
	__u32 change = little_endian(before ^ after), checksum = 0, behind = length - sizeof(before);

	if (length < SCTP_CHECKSUM_OFFSET + sizeof(checksum) ||
	    packet_load(context, at + SCTP_CHECKSUM_OFFSET, &checksum, sizeof(checksum)))
		return -1;
	if (!checksum) /* not yet made: who sends it makes it of what the packet is then */
		return 0;
	for (int bit = 0; bit < 32; bit++)
		change = crc32c_times_x(change);
	for (int i = 0; i < CRC32C_POWERS; i++) {
		__u32 times = -(behind >> i & 1);

		change = (crc32c_multiply(change, crc32c_power[i]) & times) | (change & ~times);
	}
	checksum ^= little_endian(change);
	return packet_store(context, at + SCTP_CHECKSUM_OFFSET, &checksum, sizeof(checksum)) ? -1 : 0;
}

#endif
