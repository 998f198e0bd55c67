/* SPDX-License-Identifier: Apache-2.0 */
/* pod_sources.h: what each pod sends from, as its `addresses` and `sources` say. Nothing is known of a pod that has neither. */
#ifndef POLC_SERVICES_POD_SOURCES_H
#define POLC_SERVICES_POD_SOURCES_H

#include "tables.h"
#include "wanted.h"

/* Before the pod has programs; its interface is found. */
int pod_sources_put(const struct tables *tables, const struct pod_item *pod);
/* Takes away what the interface has beside this; `pod` NULL: all. */
int pod_sources_prune(const struct tables *tables, unsigned int ifindex, const struct pod_item *pod);

#endif
