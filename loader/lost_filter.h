/* SPDX-License-Identifier: Apache-2.0 */
/* lost_filter.h: filters of an instance that are attached where this network namespace does not show them. */
#ifndef POLC_LOST_FILTER_H
#define POLC_LOST_FILTER_H

#include "attachments.h"

/* Fails if there are any. Links need no such care: they can be detached from anywhere. */
int lost_filters_check(const struct instance *instance, const struct attachments *list);

#endif
