/* SPDX-License-Identifier: Apache-2.0 */
/* netns_id.h: the network namespace at the other end of a pod's link, as this one numbers it. */
#ifndef POLC_NETNS_ID_H
#define POLC_NETNS_ID_H

#include <linux/types.h>

/* -1: the interface has no other end elsewhere, or the kernel does not tell. */
__s32 netns_id(unsigned int ifindex);

#endif
