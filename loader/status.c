// SPDX-License-Identifier: Apache-2.0
/* status.c: what is in force. Takes no lock: beside a running change it may show parts of both generations. */
#include <bpf/bpf.h>
#include <net/if.h>
#include <stdio.h>

#include "attachments.h"
#include "banks.h"
#include "commands.h"
#include "control.h"
#include "counter.h"
#include "failure.h"
#include "legacy.h"
#include "map_bytes.h"
#include "map_count.h"
#include "pods.h"
#include "program_id.h"
#include "specialised_version.h"

struct view {
	const struct instance *instance;
	struct map_set maps;
	struct banks banks;
	struct attachments list;
	__u64 now;
	bool here;
	json_t *problems;
};

static json_t *counters_json(const struct map_set *maps)
{
	json_t *object = json_object();
	__u32 counter;

	for (counter = 0; maps->fd[MAP_counters] >= 0 && counter < COUNTERS; counter++)
		json_object_set_new(object, counter_name(counter),
				    json_integer(counter_sum(maps->fd[MAP_counters], counter)));
	return object;
}

static json_t *maps_json(const struct map_set *maps)
{
	json_t *object = json_object(), *entry;
	int map;

	for (map = 0; map < SHARED_MAPS; map++) {
		struct bpf_map_info info = { 0 };
		__u32 length = sizeof(info);

		if (maps->fd[map] < 0 || bpf_obj_get_info_by_fd(maps->fd[map], &info, &length))
			continue;
		entry = json_pack("{s:I, s:I}", "size", (json_int_t)info.max_entries, "bytes", (json_int_t)map_bytes(maps->fd[map]));
		if (info.type == BPF_MAP_TYPE_HASH || info.type == BPF_MAP_TYPE_LRU_HASH)
			json_object_set_new(entry, "entries", json_integer(map_count(maps->fd[map])));
		json_object_set_new(object, map_name(map), entry);
	}
	return object;
}

/* One hook of a pod: the program there, or null. */
static json_t *hook_json(const struct view *v, const struct attachment *at)
{
	struct program_runs runs = program_runs(at->program);

	if (!at->live) {
		problem(v->problems, "interface %u: the program %s is gone, with the interface or by another hand",
			at->ifindex, hook_name(at->hook));
		return json_null();
	}
	if (at->before > 0)
		problem(v->problems, "interface %u: %d other program%s packets before %s does, and may let them pass",
			at->ifindex, at->before, at->before == 1 ? " sees" : "s see", hook_name(at->hook));
	return json_pack("{s:s, s:I, s:I, s:I}", "attach", attach_mode_name(at->mode), "program", (json_int_t)at->program,
			 "runs", (json_int_t)runs.count, "run_ns", (json_int_t)runs.nanoseconds);
}

/* A number, null if no policy selects the pod, or "closed". */
static json_t *subject_json(__u32 subject)
{
	if (subject == SUBJECT_CLOSED)
		return json_string("closed");
	return subject == SUBJECT_NONE ? json_null() : json_integer(subject);
}

/* Do both hooks run the code of the subject's present version? */
static const char *tier_of(const struct view *v, unsigned int ifindex, const struct subject_entry *entry)
{
	int hook;

	for (hook = 0; entry && entry->version && hook < HOOKS; hook++) {
		const struct attachment *at = attachment_find(&v->list, ifindex, hook);

		if (!at || specialised_version(at->program) != entry->version)
			return "table";
	}
	return entry && entry->version ? "specialised" : "table";
}

/* The interface's name is null if it is gone, or is not in this network namespace: its number may be another's here. */
static json_t *pod_json(const struct view *v, const struct attachment *at)
{
	int bank = bank_of(generation_of(v->now));
	__u32 subject = v->maps.fd[MAP_pods] < 0 ? SUBJECT_NONE : pods_subject(&v->maps, at->ifindex, bank);
	const struct subject_entry *entry = v->banks.subjects && subject < v->banks.layout.subjects ?
						    &v->banks.subjects[(size_t)bank * v->banks.layout.subjects + subject] :
						    NULL;
	const char *interface = NULL;
	char name[IF_NAMESIZE];

	if (v->here && at->live)
		interface = if_indextoname(at->ifindex, name);
	return json_pack("{s:I, s:s?, s:o, s:o, s:s, s:n, s:n}", "ifindex", (json_int_t)at->ifindex, "interface",
			 interface, "subject", subject_json(subject), "profile",
			 entry ? json_integer(entry->profile) : json_null(), "tier", tier_of(v, at->ifindex, entry),
			 hook_name(HOOK_FROM_POD), hook_name(HOOK_TO_POD));
}

static json_t *pod_entry(const struct view *v, json_t *pods, const struct attachment *at)
{
	json_t *pod;
	size_t i;

	json_array_foreach(pods, i, pod)
		if (json_integer_value(json_object_get(pod, "ifindex")) == at->ifindex)
			return pod;
	pod = pod_json(v, at);
	json_array_append_new(pods, pod);
	return pod;
}

static json_t *pods_json(const struct view *v)
{
	json_t *pods = json_array(), *pod;
	size_t i;

	for (i = 0; i < v->list.count; i++)
		json_object_set_new(pod_entry(v, pods, &v->list.at[i]), hook_name(v->list.at[i].hook),
				    hook_json(v, &v->list.at[i]));
	json_array_foreach(pods, i, pod)
		if (json_is_null(json_object_get(pod, "from_pod")) != json_is_null(json_object_get(pod, "to_pod")))
			problem(v->problems, "interface %lld: only one of its hooks has a program",
				(long long)json_integer_value(json_object_get(pod, "ifindex")));
	return pods;
}

static json_t *status_json(const struct view *v)
{
	json_t *pods, *layout;

	if (!generation_of(v->now) && v->list.count)
		problem(v->problems,
			"a first apply did not end: nothing is in force, the next apply or a detach repairs it");
	if (generation_of(v->now) && !v->here)
		problem(v->problems,
			"this is not the instance's network namespace: its interfaces cannot be seen from here");
	pods = pods_json(v);
	layout = json_pack("{s:i, s:I, s:I, s:I, s:I}", "version", LAYOUT_VERSION, "subjects",
			   (json_int_t)v->banks.layout.subjects, "classes", (json_int_t)v->banks.layout.classes,
			   "steps", (json_int_t)v->banks.layout.steps, "blocks", (json_int_t)v->banks.layout.blocks);
	return json_pack("{s:s, s:I, s:I, s:o, s:s?, s:o, s:o, s:o, s:O}", "instance", v->instance->name, "generation",
			 (json_int_t)generation_of(v->now), "epoch", (json_int_t)epoch_of(v->now), "layout", layout,
			 "attach", attachments_mode(&v->list), "pods", pods, "counters", counters_json(&v->maps), "maps",
			 maps_json(&v->maps), "problems", v->problems);
}

/* What an earlier version applied is in force, and this one does not read it. */
static void note_legacy(struct view *v)
{
	struct legacy legacy;

	if (!legacy_open(&legacy, v->instance) && legacy.epoch) {
		v->now = control_word(legacy.epoch, 0);
		problem(v->problems, "generation %u was applied by an earlier version: the next apply upgrades it in place",
			legacy.epoch);
	}
	legacy_close(&legacy);
}

static int open_view(struct view *v)
{
	map_set_init(&v->maps);
	if (instance_has(v->instance, LAYOUT "/control")) {
		if (map_set_open(&v->maps, v->instance, LAYOUT) || banks_open(&v->banks, &v->maps))
			return -1;
		v->now = banks_now(&v->banks);
	} else {
		note_legacy(v);
	}
	v->here = instance_is_here(v->instance);
	return attachments_read(v->instance, &v->list);
}

int command_status(const struct instance *instance)
{
	struct view view = { .instance = instance, .problems = json_array() };
	json_t *status = NULL;
	int err = open_view(&view);

	if (!err) {
		status = status_json(&view);
		err = status ? 0 : fail(NULL, "cannot read the state of instance %s", instance->name);
	}
	if (!err) {
		json_dumpf(status, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
	}
	json_decref(status);
	json_decref(view.problems);
	attachments_free(&view.list);
	banks_close(&view.banks);
	map_set_close(&view.maps);
	return err;
}
