/* SPDX-License-Identifier: Apache-2.0 */
/* map_bytes.h: what a map takes of the machine, as the kernel counts it. */
#ifndef POLC_MAP_BYTES_H
#define POLC_MAP_BYTES_H

long long map_bytes(int fd);

#endif
