/* SPDX-License-Identifier: Apache-2.0 */
/* announce.h: tells the agent of a pod, and waits until it is enforced. */
#ifndef POLC_CNI_ANNOUNCE_H
#define POLC_CNI_ANNOUNCE_H

#include "sandbox.h"

enum announced {
	ANNOUNCED_ENFORCED,
	ANNOUNCED_REFUSED, /* the agent answered, but cannot enforce it: `why` */
	ANNOUNCED_NO_AGENT, /* it is away, or did not answer in time */
};

enum announced announce(const struct sandbox *sandbox, const char *interface, char why[256]);

#endif
