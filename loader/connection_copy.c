// SPDX-License-Identifier: Apache-2.0
#include "connection_copy.h"

#include <bpf/bpf.h>
#include <errno.h>

#include "conntrack_types.h"
#include "failure.h"
#include "map_walk.h"

/* struct connection of layout version 1. */
struct connection_v1 {
	__u32 epoch[SIDES];
	__u32 seen;
	__u8 opener;
	__u8 flags;
	__u16 reserved;
};
_Static_assert(sizeof(struct connection_v1) == 16, "as it was");

static int put(int to, const void *key, const void *value)
{
	return bpf_map_update_elem(to, key, value, BPF_NOEXIST) && errno != EEXIST ? 1 : 0;
}

static int copy_entry(void *context, const void *key, void *value)
{
	return put(*(int *)context, key, value);
}

static int convert_entry(void *context, const void *key, void *value)
{
	const struct connection_v1 *old = value;
	const struct connection new = { .seen = old->seen, .opener = old->opener, .flags = old->flags };

	return put(*(int *)context, key, &new);
}

static int copy(int from, int to, const char *name, int (*each)(void *, const void *, void *))
{
	return map_walk(from, each, &to) ? fail_errno(errno, "cannot copy the map %s", name) : 0;
}

int map_copy_missing(int from, int to, const char *name)
{
	return copy(from, to, name, copy_entry);
}

int connections_copy_v1(int from, int to, const char *name)
{
	return copy(from, to, name, convert_entry);
}
