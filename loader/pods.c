// SPDX-License-Identifier: Apache-2.0
#include "pods.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "map_walk.h"
#include "netns_id.h"
#include "recent.h"
#include "sources.h"

const struct state_pod *pod_of(const struct state *state, unsigned int ifindex)
{
	size_t i;

	for (i = 0; i < state->pod_count; i++)
		if (state->pods[i].ifindex == ifindex)
			return &state->pods[i];
	return NULL;
}

int pods_find_interfaces(struct state *state, json_t *problems)
{
	size_t i, missing = 0;

	for (i = 0; i < state->pod_count; i++) {
		struct state_pod *pod = &state->pods[i];
		unsigned int ifindex = if_nametoindex(pod->interface);
		const struct state_pod *twin = ifindex ? pod_of(state, ifindex) : NULL;

		if (twin && twin != pod)
			return fail(NULL, "pods %s and %s: %s and %s are one interface", twin->name, pod->name,
				    twin->interface, pod->interface);
		pod->ifindex = ifindex;
		if (ifindex)
			continue;
		problem(problems, "pod %s: there is no interface %s, so nothing is enforced on it", pod->name,
			pod->interface);
		missing++;
	}
	if (state->whole && missing && missing == state->pod_count)
		return fail("is this the node's network namespace?",
			    "none of the %zu pods has its interface here, such as %s", missing,
			    state->pods[0].interface);
	return 0;
}

static int put(const struct map_set *maps, __u32 ifindex, const struct pod *entry, int flags)
{
	if (bpf_map_update_elem(maps->fd[MAP_pods], &ifindex, entry, flags | BPF_F_LOCK))
		return errno == EEXIST && flags == BPF_NOEXIST ? 1 :
		       errno == E2BIG ? fail(NULL, "more pods on this node than the map pods has room for") :
					fail_errno(errno, "cannot write interface %u into the map pods", ifindex);
	return 0;
}

/* 1: it was not known, and somebody holds it closed by now. */
static int write_entry(const struct map_set *maps, int bank, const struct state_pod *pod)
{
	struct pod old, new;
	bool known = !bpf_map_lookup_elem(maps->fd[MAP_pods], &pod->ifindex, &old);

	if (!known)
		old = (struct pod){ .subject = { SUBJECT_NONE, SUBJECT_NONE } };
	new = old;
	new.subject[bank] = pod->subject;
	new.netns = netns_id(pod->ifindex, pod->netns);
	new.address4 = pod->address4;
	memcpy(new.address6, pod->address6, sizeof(new.address6));
	return known && !memcmp(&old, &new, sizeof(new)) ? 0 : put(maps, pod->ifindex, &new, known ? BPF_ANY : BPF_NOEXIST);
}

static int write_pod(const struct map_set *maps, int bank, const struct state_pod *pod)
{
	int err;

	if (sources_add(maps, pod))
		return -1;
	do {
		err = write_entry(maps, bank, pod);
	} while (err == 1);
	return err;
}

int pods_write(const struct map_set *maps, int bank, const struct state *state)
{
	size_t i;

	for (i = 0; i < state->pod_count; i++)
		if (state->pods[i].ifindex && write_pod(maps, bank, &state->pods[i]))
			return -1;
	return 0;
}

int pods_clear(const struct map_set *maps, int bank, unsigned int ifindex)
{
	struct pod pod;

	if (bpf_map_lookup_elem(maps->fd[MAP_pods], &ifindex, &pod) || pod.subject[bank] == SUBJECT_NONE)
		return 0;
	pod.subject[bank] = SUBJECT_NONE;
	return put(maps, ifindex, &pod, BPF_EXIST);
}

struct copy {
	const struct map_set *maps;
	int from, to;
};

static int copy_one(void *context, const void *key, void *value)
{
	const struct copy *c = context;
	struct pod *pod = value;

	if (pod->subject[c->to] == pod->subject[c->from])
		return 0;
	pod->subject[c->to] = pod->subject[c->from];
	return put(c->maps, *(const __u32 *)key, pod, BPF_EXIST) ? 1 : 0;
}

int pods_copy(const struct map_set *maps, int from, int to)
{
	struct copy copy = { .maps = maps, .from = from, .to = to };
	int err = map_walk(maps->fd[MAP_pods], copy_one, &copy);

	return err < 0 ? fail_errno(errno, "cannot read the map pods") : err ? -1 : 0;
}

int pods_hold(const struct map_set *maps, unsigned int ifindex, const struct pod *addresses)
{
	const struct pod closed = {
		.subject = { SUBJECT_CLOSED, SUBJECT_CLOSED },
		.netns = netns_id(ifindex, NULL),
		.address4 = addresses->address4,
		.address6 = { addresses->address6[0], addresses->address6[1] },
	};

	if (bpf_map_update_elem(maps->fd[MAP_pods], &ifindex, &closed, BPF_NOEXIST) && errno != EEXIST)
		return fail_errno(errno, "cannot write interface %u into the map pods", ifindex);
	return recent_forget(maps, ifindex);
}

int pods_forget(const struct map_set *maps, unsigned int ifindex)
{
	if (bpf_map_delete_elem(maps->fd[MAP_pods], &ifindex) && errno != ENOENT)
		return fail_errno(errno, "cannot delete interface %u from the map pods", ifindex);
	return recent_forget(maps, ifindex) ? -1 : sources_prune(maps, ifindex, NULL);
}

__u32 pods_subject(const struct map_set *maps, unsigned int ifindex, int bank)
{
	struct pod pod;

	return bpf_map_lookup_elem(maps->fd[MAP_pods], &ifindex, &pod) ? SUBJECT_NONE : pod.subject[bank];
}

struct list {
	__u32 *at;
	size_t count;
};

static int add_one(void *context, const void *key, void *value)
{
	struct list *list = context;
	__u32 *grown = realloc(list->at, (list->count + 1) * sizeof(*grown));

	(void)value;
	if (!grown)
		return 1;
	list->at = grown;
	grown[list->count++] = *(const __u32 *)key;
	return 0;
}

__u32 *pods_list(const struct map_set *maps, size_t *count)
{
	struct list list = { .at = malloc(sizeof(__u32)) };

	if (!list.at || map_walk(maps->fd[MAP_pods], add_one, &list)) {
		free(list.at);
		fail(NULL, "cannot read the map pods");
		return NULL;
	}
	*count = list.count;
	return list.at;
}
