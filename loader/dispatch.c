// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "dispatch.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "failure.h"

int epoch_read(const struct map_set *maps, __u32 *epoch)
{
	struct active active = { 0 };
	__u32 zero = 0;

	*epoch = 0;
	if (maps->fd[MAP_ACTIVE] < 0)
		return 0;
	if (bpf_map_lookup_elem(maps->fd[MAP_ACTIVE], &zero, &active))
		return fail_errno(errno, "cannot read the epoch in force");
	*epoch = active.epoch;
	return 0;
}

/* Dispatchers look at the lowest bit only, so even a write by bytes is one step for them. */
int epoch_write(const struct map_set *maps, __u32 epoch)
{
	const struct active active = { .epoch = epoch };
	const __u32 zero = 0;

	if (maps->fd[MAP_ACTIVE] < 0)
		return fail(NULL, "the dispatcher has no map %s", map_name(MAP_ACTIVE));
	if (bpf_map_update_elem(maps->fd[MAP_ACTIVE], &zero, &active, BPF_ANY))
		return fail_errno(errno, "cannot switch to epoch %u", epoch);
	return 0;
}

/* Programs run within RCU read sections, and a global membarrier is an RCU grace period. Kernels with nohz_full have
 * none: there a time is waited that no packet's judgement takes.
 */
void wait_for_packets(void)
{
	const struct timespec pause = { .tv_nsec = 200000000 };

	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		nanosleep(&pause, NULL);
}

static int table_of(const struct map_set *maps, __u32 epoch)
{
	return maps->fd[epoch & 1 ? MAP_DISPATCH1 : MAP_DISPATCH0];
}

__u32 dispatch_slots(const struct map_set *maps)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(table_of(maps, 0), &info, &length))
		return 0;
	return info.max_entries / HOOKS;
}

int dispatch_set(const struct map_set *maps, __u32 epoch, __u32 slot, enum hook hook, int program)
{
	const __u32 index = slot * HOOKS + hook;

	if (bpf_map_update_elem(table_of(maps, epoch), &index, &program, BPF_ANY))
		return fail_errno(errno, "cannot write slot %u of the dispatch table", slot);
	return 0;
}

__u32 dispatch_get(const struct map_set *maps, __u32 epoch, __u32 slot, enum hook hook)
{
	const __u32 index = slot * HOOKS + hook;
	__u32 id = 0;

	return bpf_map_lookup_elem(table_of(maps, epoch), &index, &id) ? 0 : id;
}

void dispatch_clear(const struct map_set *maps, __u32 epoch, const struct attachments *keep)
{
	__u32 slots = dispatch_slots(maps), index;
	bool *kept = calloc(slots + 1, sizeof(*kept));
	size_t i;

	if (!kept)
		return; /* it only frees memory */
	for (i = 0; keep && i < keep->count; i++)
		if (keep->at[i].live && keep->at[i].slot < slots)
			kept[keep->at[i].slot] = true;
	for (index = 0; index < slots * HOOKS; index++)
		if (!kept[index / HOOKS])
			bpf_map_delete_elem(table_of(maps, epoch), &index);
	free(kept);
}
