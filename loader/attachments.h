/* SPDX-License-Identifier: Apache-2.0 */
/* attachments.h: all programs of an instance on interfaces, as its pins have them. */
#ifndef POLC_ATTACHMENTS_H
#define POLC_ATTACHMENTS_H

#include "attachment.h"

struct attachments {
	struct attachment *at;
	size_t count;
};

/* Reads the pins and asks the kernel about each. */
int attachments_read(const struct instance *instance, struct attachments *list);
void attachments_free(struct attachments *list);
int attachments_add(struct attachments *list, const struct attachment *attachment);
/* Of those that are live. */
struct attachment *attachment_find(const struct attachments *list, unsigned int ifindex, enum hook hook);
/* Forgets those that are not. */
void attachments_drop_dead(struct attachments *list);

/* How the live ones are attached: "tcx", "clsact" or "mixed"; NULL if there are none. */
const char *attachments_mode(const struct attachments *list);

/* Id of the instance's map `control`, which all its programs use, also while they are made for the first time; 0: none. */
__u32 control_id(const struct instance *instance);

#endif
