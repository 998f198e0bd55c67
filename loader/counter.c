// SPDX-License-Identifier: Apache-2.0
#include "counter.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>

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

__u64 counter_sum(int counters, __u32 counter)
{
	int cpus = libbpf_num_possible_cpus(), cpu;
	__u64 *values = cpus > 0 ? calloc(cpus, sizeof(*values)) : NULL, sum = 0;

	if (values && !bpf_map_lookup_elem(counters, &counter, values))
		for (cpu = 0; cpu < cpus; cpu++)
			sum += values[cpu];
	free(values);
	return sum;
}
