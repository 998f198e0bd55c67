// SPDX-License-Identifier: Apache-2.0
#include "counter_name.h"

#include "abi.h"

static const char *const names[COUNTERS] = {
#define COUNTER_NAME(id, name, meaning) [COUNT_##id] = name,
	POLC_COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

const char *counter_name(__u32 counter)
{
	return counter < COUNTERS ? names[counter] : "unknown";
}
