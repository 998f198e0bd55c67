/* SPDX-License-Identifier: Apache-2.0 */
/* netns_id.h: the network namespace at the other end of a pod's link, as this one numbers it. */
#ifndef POLC_NETNS_ID_H
#define POLC_NETNS_ID_H

#include <linux/types.h>

/* By the interface's other end, or if it has none elsewhere by the namespace's path, which may be NULL. -1: neither tells. */
__s32 netns_id(unsigned int ifindex, const char *path);

#endif
