/* SPDX-License-Identifier: Apache-2.0 */
/* flow_json.h: flows of services as JSON, one object each: the tuple that arrives at a hook, and what becomes of it. */
#ifndef POLC_SERVICES_FLOW_JSON_H
#define POLC_SERVICES_FLOW_JSON_H

#include <jansson.h>

#include "service_maps.h"

/* NULL: the maps cannot be read. */
json_t *flows_json(const struct service_maps *maps);

#endif
