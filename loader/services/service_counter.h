/* SPDX-License-Identifier: Apache-2.0 */
/* service_counter.h: what the programs of services have counted, as JSON: {"opened": 3, ...}. */
#ifndef POLC_SERVICES_SERVICE_COUNTER_H
#define POLC_SERVICES_SERVICE_COUNTER_H

#include <jansson.h>

/* `counters`: descriptor of the map, or -1. */
json_t *service_counters_json(int counters);

#endif
