/* SPDX-License-Identifier: Apache-2.0 */
/* map_count.h: entries of a hash map, by walking it in batches. Exact only while nobody writes. */
#ifndef POLC_MAP_COUNT_H
#define POLC_MAP_COUNT_H

long long map_count(int fd);

#endif
