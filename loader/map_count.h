/* SPDX-License-Identifier: Apache-2.0 */
/* map_count.h: entries of a hash map, by walking it in batches. Exact only while nobody writes. */
#ifndef POLC_MAP_COUNT_H
#define POLC_MAP_COUNT_H

#include <bpf/bpf.h>

long long map_count(int fd, const struct bpf_map_info *info);

#endif
