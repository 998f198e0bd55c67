// SPDX-License-Identifier: Apache-2.0
#include "service_counter.h"

#include "counter.h"
#include "service/service_abi.h"

static const char *const names[SERVICE_COUNTS] = {
#define SERVICE_COUNTER_NAME(id, name, meaning) [SERVICE_COUNT_##id] = name,
	SERVICE_COUNTERS(SERVICE_COUNTER_NAME)
#undef SERVICE_COUNTER_NAME
};

json_t *service_counters_json(int counters)
{
	json_t *object = json_object();
	__u32 i;

	for (i = 0; counters >= 0 && i < SERVICE_COUNTS; i++)
		json_object_set_new(object, names[i], json_integer(counter_sum(counters, i)));
	return object;
}
