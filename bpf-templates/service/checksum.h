/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* checksum.h: what a change adds to the sums of RFC 1071.
 *   diff32(from, to), diff128(from, to) -> as bpf_csum_diff() has it, without the call
 *   sum_fold16(sum)                     -> the same in a word
 *   sum_mended(checksum, diff)          -> the checksum after the change
 */
#ifndef POLC_SERVICE_CHECKSUM_H
#define POLC_SERVICE_CHECKSUM_H

#include <linux/types.h>

static __always_inline __u32 sum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (sum & 0xffffffff) + (sum >> 32);
}

/* To a word of the packet: not 0 unless all that is summed is. */
static __always_inline __u16 sum_fold16(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static __always_inline __u32 diff32(__u32 from, __u32 to)
{
	return sum_fold((__u64)(__u32)~from + to);
}

static __always_inline __u32 diff_both(__u32 a, __u32 b)
{
	return sum_fold((__u64)a + b);
}

static __always_inline __u32 diff64(__u64 from, __u64 to)
{
	return diff_both(diff32(from, to), diff32(from >> 32, to >> 32));
}

static __always_inline __u32 diff128(const __u64 *from, const __u64 *to)
{
	return diff_both(diff64(from[0], to[0]), diff64(from[1], to[1]));
}

static __always_inline __u16 sum_mended(__u16 checksum, __u32 diff)
{
	__u32 sum = (__u16)~checksum + (diff & 0xffff) + (diff >> 16);

	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

#endif
