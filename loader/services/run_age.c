// SPDX-License-Identifier: Apache-2.0
#include "run_age.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "timeouts.h"

union value {
	struct flow flow;
	struct affinity affinity;
};

/* Changes every entry of a map; NULL deletes it. */
static void each(int fd, void (*change)(union value *value, __u32 ticks), __u32 ticks)
{
	unsigned char key[64], next[sizeof(key)];
	bool more = !bpf_map_get_next_key(fd, NULL, next);
	union value value;

	while (more) {
		memcpy(key, next, sizeof(key));
		more = !bpf_map_get_next_key(fd, key, next);
		if (!change) {
			bpf_map_delete_elem(fd, key);
		} else if (!bpf_map_lookup_elem(fd, key, &value)) {
			change(&value, ticks);
			bpf_map_update_elem(fd, key, &value, BPF_EXIST);
		}
	}
}

static void age_flow(union value *value, __u32 ticks)
{
	value->flow.seen -= ticks;
	value->flow.noted -= FLOW_NOTED_JIFFIES;
}

static void age_affinity(union value *value, __u32 ticks)
{
	value->affinity.seen_ns -= (__u64)ticks << TICK_SHIFT;
}

static void zero(int fd, size_t size, __u32 count)
{
	int cpus = libbpf_num_possible_cpus();
	void *zeros = calloc(cpus, (size + 7) & ~(size_t)7);
	__u32 i;

	for (i = 0; zeros && i < count; i++)
		bpf_map_update_elem(fd, &i, zeros, BPF_ANY);
	free(zeros);
}

/* Of no flow there is a copy of this version. */
static void end_copies(int fd)
{
	struct flow_versions versions;
	__u32 zero_index = 0, i;

	if (bpf_map_lookup_elem(fd, &zero_index, &versions))
		return;
	for (i = 0; i < FLOW_VERSIONS; i++)
		versions.of[i]++;
	bpf_map_update_elem(fd, &zero_index, &versions, BPF_ANY);
}

void run_age(const struct service_maps *maps, __u32 ticks)
{
	static const int flows[] = { SERVICE_MAP_flows4, SERVICE_MAP_flows6, SERVICE_MAP_service_fragments4,
				     SERVICE_MAP_service_fragments6 };
	size_t i;

	for (i = 0; i < sizeof(flows) / sizeof(flows[0]); i++)
		each(maps->fd[flows[i]], age_flow, ticks);
	each(maps->fd[SERVICE_MAP_affinity4], age_affinity, ticks);
	each(maps->fd[SERVICE_MAP_affinity6], age_affinity, ticks);
	zero(maps->fd[SERVICE_MAP_next_hops], sizeof(struct next_hop), NEXT_HOPS);
	end_copies(maps->fd[SERVICE_MAP_flow_versions]);
}

void run_forget(const struct service_maps *maps)
{
	int map;

	for (map = SERVICE_MAP_flows4; map <= SERVICE_MAP_service_fragments6; map++)
		each(maps->fd[map], NULL, 0);
	zero(maps->fd[SERVICE_MAP_next_hops], sizeof(struct next_hop), NEXT_HOPS);
	end_copies(maps->fd[SERVICE_MAP_flow_versions]);
	zero(maps->fd[SERVICE_MAP_service_counters], sizeof(__u64), SERVICE_COUNTS);
}
