/* SPDX-License-Identifier: Apache-2.0 */
/* run_age.h: as if time had passed, or as if no packet had ever come. */
#ifndef POLC_SERVICES_RUN_AGE_H
#define POLC_SERVICES_RUN_AGE_H

#include "service_maps.h"

/* Programs know time only by the difference to what an entry says. */
void run_age(const struct service_maps *maps, __u32 ticks);
/* Flows, affinity, fragments, next hops; counters begin at zero. */
void run_forget(const struct service_maps *maps);

#endif
