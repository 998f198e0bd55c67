/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* pod_source.h: may a pod send this? Policy asks the same, but after services.
 *   is_forged(work, ifindex) -> bool       one look-up, on the slow path only
 * The longest block that has the source decides: the pod's own are granted, and all else is not if there is anything known of
 * the pod. Of a pod whose addresses are not known nothing is forged.
 */
#ifndef POLC_SERVICE_POD_SOURCE_H
#define POLC_SERVICE_POD_SOURCE_H

#include "service_maps.h"
#include "service_packet.h"

union pod_source_key {
	struct pod_source4_key v4;
	struct pod_source6_key v6;
};

/* Of an ICMP error it is the quoted packet's destination: its own source may be a router's in the pod. */
__noinline int is_forged(const struct work *work, __u32 ifindex)
{
	union pod_source_key key = {};
	const __u8 *granted;

	if (!work)
		return true;
	if (work->family == 4) {
		key.v4.prefix = 64;
		key.v4.ifindex = ifindex;
		__builtin_memcpy(key.v4.address, &work->key.v4.source, sizeof(key.v4.address));
	} else {
		key.v6.prefix = 160;
		key.v6.ifindex = ifindex;
		__builtin_memcpy(key.v6.address, work->key.v6.source, sizeof(key.v6.address));
	}
	granted = LOOK_UP(pod_sources, work->family, &key);
	return granted && !*granted;
}

#endif
