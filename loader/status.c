// SPDX-License-Identifier: Apache-2.0
/* status.c: what is in force. Takes no lock: beside a running apply it may show parts of both generations. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>

#include "commands.h"
#include "dispatch.h"
#include "failure.h"
#include "map_count.h"
#include "object.h"

static const char *const counter_names[COUNTERS] = {
#define COUNTER_NAME(id, name, meaning) [COUNT_##id] = name,
	POLC_COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

static json_t *counters_json(const struct map_set *maps)
{
	int cpus = libbpf_num_possible_cpus(), cpu;
	__u64 *values = calloc(cpus, sizeof(*values)), sum;
	json_t *object = json_object();
	__u32 counter;

	for (counter = 0; values && counter < COUNTERS; counter++) {
		if (maps->fd[MAP_COUNTERS] < 0 || bpf_map_lookup_elem(maps->fd[MAP_COUNTERS], &counter, values))
			break;
		for (sum = 0, cpu = 0; cpu < cpus; cpu++)
			sum += values[cpu];
		json_object_set_new(object, counter_names[counter], json_integer(sum));
	}
	free(values);
	return object;
}

static json_t *maps_json(const struct map_set *maps)
{
	json_t *object = json_object();
	int map;

	for (map = MAP_ESTABLISHED4; map <= MAP_EVENTS; map++) {
		struct bpf_map_info info = { 0 };
		__u32 length = sizeof(info);
		json_t *entry;

		if (maps->fd[map] < 0 || bpf_obj_get_info_by_fd(maps->fd[map], &info, &length))
			continue;
		entry = json_pack("{s:I}", map == MAP_EVENTS ? "bytes" : "size", (json_int_t)info.max_entries);
		if (map != MAP_EVENTS)
			json_object_set_new(entry, "entries", json_integer(map_count(maps->fd[map], &info)));
		json_object_set_new(object, map_name(map), entry);
	}
	return object;
}

/* One hook of a pod: the program in force there, or null. */
static json_t *hook_json(const struct map_set *maps, const struct attachment *at, __u32 epoch, json_t *problems)
{
	__u32 program = dispatch_get(maps, epoch, at->slot, at->hook);

	if (!at->live) {
		problem(problems, "interface %u: the dispatcher %s is gone, with the interface or by another hand",
			at->ifindex, hook_name(at->hook));
		return json_null();
	}
	if (at->before > 0)
		problem(problems, "interface %u: %d other program%s packets before %s does, and may let them pass",
			at->ifindex, at->before, at->before == 1 ? " sees" : "s see", hook_name(at->hook));
	if (!program)
		problem(problems, "interface %u: slot %u has no program %s, its packets are dropped", at->ifindex,
			at->slot, hook_name(at->hook));
	return json_pack("{s:s, s:I}", "attach", attach_mode_name(at->mode), "program", (json_int_t)program);
}

/* The interface's name is null if it is gone, or is not in this network namespace: its number may be another's here. */
static json_t *pod_entry(json_t *pods, const struct attachment *at, bool here)
{
	const char *interface = NULL;
	char name[IF_NAMESIZE];
	json_t *pod;
	size_t i;

	json_array_foreach(pods, i, pod)
		if (json_integer_value(json_object_get(pod, "ifindex")) == at->ifindex &&
		    json_integer_value(json_object_get(pod, "slot")) == at->slot)
			return pod;
	if (here && at->live)
		interface = if_indextoname(at->ifindex, name);
	pod = json_pack("{s:I, s:s?, s:I, s:n, s:n}", "ifindex", (json_int_t)at->ifindex, "interface", interface, "slot", (json_int_t)at->slot, hook_name(HOOK_FROM_POD),
			hook_name(HOOK_TO_POD));
	json_array_append_new(pods, pod);
	return pod;
}

static json_t *pods_json(const struct map_set *maps, const struct attachments *list, __u32 epoch, bool here,
			 json_t *problems)
{
	json_t *pods = json_array(), *pod;
	size_t i;

	for (i = 0; i < list->count; i++)
		json_object_set_new(pod_entry(pods, &list->at[i], here), hook_name(list->at[i].hook),
				    hook_json(maps, &list->at[i], epoch, problems));
	json_array_foreach(pods, i, pod)
		if (json_is_null(json_object_get(pod, "from_pod")) != json_is_null(json_object_get(pod, "to_pod")))
			problem(problems, "interface %lld: only one of its hooks has a dispatcher",
				(long long)json_integer_value(json_object_get(pod, "ifindex")));
	return pods;
}

static json_t *status_json(const struct instance *instance, const struct map_set *maps, __u32 epoch)
{
	json_t *problems = json_array(), *pods;
	bool here = instance_is_here(instance);
	struct attachments list;
	json_t *status;

	if (attachments_read(instance, &list)) {
		json_decref(problems);
		attachments_free(&list);
		return NULL;
	}
	if (!epoch && list.count)
		problem(problems, "a first apply did not end: nothing is in force, the next apply or a detach repairs it");
	if (epoch && !here)
		problem(problems, "this is not the instance's network namespace: its interfaces cannot be seen from here");
	pods = pods_json(maps, &list, epoch, here, problems);
	status = json_pack("{s:s, s:I, s:s?, s:o, s:o, s:o, s:o}", "instance", instance->name, "epoch",
			   (json_int_t)epoch, "attach", attachments_mode(&list), "pods", pods, "counters",
			   counters_json(maps), "maps", maps_json(maps), "problems", problems);
	attachments_free(&list);
	return status;
}

int command_status(const struct instance *instance)
{
	struct map_set maps;
	json_t *status = NULL;
	__u32 epoch;
	int err;

	map_set_open(&maps, instance);
	err = epoch_read(&maps, &epoch);
	if (!err) {
		status = status_json(instance, &maps, epoch);
		err = status ? 0 : fail(NULL, "cannot read the state of instance %s", instance->name);
	}
	if (!err) {
		json_dumpf(status, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
	}
	json_decref(status);
	map_set_close(&maps);
	return err;
}
