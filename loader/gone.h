/* SPDX-License-Identifier: Apache-2.0 */
/* gone.h: interfaces whose pods a change takes away. */
#ifndef POLC_GONE_H
#define POLC_GONE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct node;
struct state;

struct gone {
	__u32 *at; /* ifindex */
	size_t count;
};

/* Of a whole state: all that it does not have, but those that are held closed. Of a delta: those it removes, and where a pod
 * came again on another interface of the same name, the old one.
 */
int gone_find(struct gone *gone, const struct node *node, const struct state *state);
void gone_free(struct gone *gone);

#endif
