/* SPDX-License-Identifier: Apache-2.0 */
/* connection_copy.h: connections, and other entries of hash maps, from one map into another of the same keys. */
#ifndef POLC_CONNECTION_COPY_H
#define POLC_CONNECTION_COPY_H

#include <stddef.h>

/* Entries that are there already stay as they are. */
int map_copy_missing(int from, int to, const char *name);

/* From the layout of version 1: who opened it and what it is at stays, both sides decide it again. */
int connections_copy_v1(int from, int to, const char *name);

#endif
