/* SPDX-License-Identifier: Apache-2.0 */
/* enforce.h: writes what was planned, in place, so that a packet at any moment finds the old services or the new ones: first
 * what others will refer to, then what refers to it, then what is gone, in the reverse order.
 */
#ifndef POLC_SERVICES_ENFORCE_H
#define POLC_SERVICES_ENFORCE_H

#include "tables.h"
#include "wanted.h"

/* After a failure the tables are neither the old nor the new ones: a whole state mends that. */
int enforce(struct tables *tables, const struct wanted *wanted);

int local_endpoint_put(struct tables *tables, const struct endpoint_item *item);
int local_endpoint_remove(struct tables *tables, __u32 id);

#endif
