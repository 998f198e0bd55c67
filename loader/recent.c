// SPDX-License-Identifier: Apache-2.0
#include "recent.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>

#include "failure.h"

int recent_forget(const struct map_set *maps, unsigned int ifindex)
{
	void *zeros = calloc(libbpf_num_possible_cpus(), sizeof(struct recent_pod));
	const __u32 key = ifindex % RECENT_PODS;
	int err;

	if (!zeros)
		return fail(NULL, "out of memory");
	err = bpf_map_update_elem(maps->fd[MAP_recent_pods], &key, zeros, BPF_ANY);
	free(zeros);
	return err ? fail_errno(errno, "cannot write the map recent_pods") : 0;
}
