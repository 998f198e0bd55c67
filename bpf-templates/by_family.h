/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* by_family.h: the same step for IPv4 and IPv6, which have a map each and a key each (a union of v4 and v6).
 *   LOOK_UP(map, family, key) -> value or NULL
 *   UPDATE(map, family, key, value, flags) -> 0 or an error
 *   DELETE(map, family, key)
 * The arms stay apart: see keep_apart.h. Who includes it has the maps.
 */
#ifndef POLC_BY_FAMILY_H
#define POLC_BY_FAMILY_H

#include <bpf/bpf_helpers.h>

#include "keep_apart.h"

#define LOOK_UP(map, family, key)                                        \
	({                                                               \
		void *found_;                                            \
		if ((family) == 4) {                                     \
			found_ = bpf_map_lookup_elem(&map##4, &(key)->v4); \
			KEEP_APART(4);                                   \
		} else {                                                 \
			found_ = bpf_map_lookup_elem(&map##6, &(key)->v6); \
			KEEP_APART(6);                                   \
		}                                                        \
		found_;                                                  \
	})

#define UPDATE(map, family, key, value, flags)                                            \
	({                                                                                \
		long failed_;                                                             \
		if ((family) == 4) {                                                      \
			failed_ = bpf_map_update_elem(&map##4, &(key)->v4, value, flags); \
			KEEP_APART(4);                                                    \
		} else {                                                                  \
			failed_ = bpf_map_update_elem(&map##6, &(key)->v6, value, flags); \
			KEEP_APART(6);                                                    \
		}                                                                         \
		failed_;                                                                  \
	})

#define DELETE(map, family, key)                                 \
	({                                                       \
		if ((family) == 4) {                             \
			bpf_map_delete_elem(&map##4, &(key)->v4); \
			KEEP_APART(4);                           \
		} else {                                         \
			bpf_map_delete_elem(&map##6, &(key)->v6); \
			KEEP_APART(6);                           \
		}                                                \
	})

#endif
