/* SPDX-License-Identifier: Apache-2.0 */
/* wanted_items.h: the lists of a state of services. */
#ifndef POLC_SERVICES_WANTED_ITEMS_H
#define POLC_SERVICES_WANTED_ITEMS_H

#include "fields.h"
#include "wanted.h"

extern const char *const item_names[ITEM_KINDS + 1];

int wanted_read_items(const struct fields *root, struct wanted *wanted);
int wanted_read_links(const struct fields *root, struct wanted *wanted);
void wanted_free_items(struct wanted *wanted);

#endif
