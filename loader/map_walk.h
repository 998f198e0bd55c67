/* SPDX-License-Identifier: Apache-2.0 */
/* map_walk.h: every entry of a hash map, thousands by a system call. */
#ifndef POLC_MAP_WALK_H
#define POLC_MAP_WALK_H

/* Calls `each` until it answers other than 0, which is then the answer. It may change the map, but sees entries that others
 * add or move meanwhile twice or never. -1: the map cannot be read, errno says why.
 */
int map_walk(int fd, int (*each)(void *context, const void *key, void *value), void *context);

#endif
