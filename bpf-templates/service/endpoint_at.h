/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* endpoint_at.h: an endpoint by its index; NULL if it is out of range. */
#ifndef POLC_SERVICE_ENDPOINT_AT_H
#define POLC_SERVICE_ENDPOINT_AT_H

#include "service_maps.h"

static __always_inline const struct endpoint *endpoint_at(__u32 index)
{
	return bpf_map_lookup_elem(&endpoints, &index);
}

#endif
