// SPDX-License-Identifier: Apache-2.0
#include "object.h"

#include <errno.h>
#include <string.h>

#include "failure.h"
#include "kernel_log.h"
#include "map_fill.h"

static const char *const hook_names[HOOKS] = { [HOOK_FROM_POD] = "from_pod", [HOOK_TO_POD] = "to_pod" };

const char *hook_name(enum hook hook)
{
	return hook_names[hook];
}

static int open_object(struct bpf_object **object, const struct bytes *file, const char *path)
{
	LIBBPF_OPTS(bpf_object_open_opts, options);

	kernel_log_forget();
	*object = bpf_object__open_mem(file->data, file->size, &options);
	if (*object)
		return 0;
	return fail(NULL, "%s is not a BPF object: %s", path, strerror(errno));
}

static int load_object(struct bpf_object *object, const char *path)
{
	int err = bpf_object__load(object);
	const char *log = kernel_log_tail();

	if (!err)
		return 0;
	if (err == -EPERM)
		return fail_errno(EPERM, "the kernel does not load %s", path);
	return fail(NULL, "the kernel refuses %s: %s%s%s", path, strerror(-err), *log ? "\n" : "", log);
}

static int find_programs(struct bpf_object *object, const char *path, int fd[HOOKS])
{
	int hook;

	for (hook = 0; hook < HOOKS; hook++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, hook_names[hook]);

		if (!program)
			return fail(NULL, "%s has no program %s", path, hook_names[hook]);
		fd[hook] = bpf_program__fd(program);
	}
	return 0;
}

/* A constant of the program; its section must be there, and exactly as large. */
static int set_constant(struct bpf_object *object, const char *path, const char *section, const void *data,
			size_t size)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, section);
	size_t expected = 0;

	if (!map)
		return fail("polc, polc-loader and the bundle must be of the same version", "%s has no section %s", path,
			    section);
	bpf_map__initial_value(map, &expected);
	if (expected != size || bpf_map__set_initial_value(map, data, size))
		return fail("polc, polc-loader and the bundle must be of the same version",
			    "%s: %s has %zu bytes, the state gives %zu", path, section, expected, size);
	return 0;
}

static __u32 class_max(const struct bytes *records, size_t size)
{
	__u32 max = CLASS_UNKNOWN, class;
	size_t at;

	for (at = 0; at < records->size; at += size) {
		memcpy(&class, records->data + at + size - sizeof(class), sizeof(class));
		if (class > max)
			max = class;
	}
	return max;
}

/* Every class that an address may have must have its value. */
static int check_classes(const struct state *state, const char *path, size_t classes)
{
	const __u32 max[] = {
		class_max(&state->addresses4, 4 + sizeof(__u32)),
		class_max(&state->addresses6, 16 + sizeof(__u32)),
		class_max(&state->cidrs4, sizeof(struct cidr4_key) + sizeof(__u32)),
		class_max(&state->cidrs6, sizeof(struct cidr6_key) + sizeof(__u32)),
	};
	size_t i;

	for (i = 0; i < sizeof(max) / sizeof(max[0]); i++)
		if (max[i] >= classes)
			return fail(NULL, "%s: an address has class %u, but peers of %s has %zu classes", state->path,
				    max[i], path, classes);
	return 0;
}

/* Sets the size of a program's own array; `values` must be whole values, and at least one. */
static int size_array(struct bpf_object *object, const char *path, const char *name, const struct bytes *values)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	size_t value_size;

	if (!map)
		return 0;
	value_size = bpf_map__value_size(map);
	if (!values->size || values->size % value_size)
		return fail("polc, polc-loader and the bundle must be of the same version",
			    "%s: %s has values of %zu bytes, the state gives %zu bytes", path, name, value_size,
			    values->size);
	return bpf_map__set_max_entries(map, values->size / value_size) ?
		       fail(NULL, "%s: cannot set the size of %s", path, name) :
		       0;
}

static int fill_array(struct bpf_object *object, const char *name, const struct bytes *values)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);

	return map ? map_fill_array(bpf_map__fd(map), name, values, bpf_map__value_size(map)) : 0;
}

static int prepare_policy(struct bpf_object *object, const struct state *state, const struct state_program *program,
			  const struct map_set *maps)
{
	const char *path = program->object->path;
	struct bpf_map *peers = bpf_object__find_map_by_name(object, "peers");
	struct config config = state->config;

	config.profile = program->profile;
	if (set_constant(object, path, ".rodata.config", &config, sizeof(config)) ||
	    set_constant(object, path, ".rodata.subject", program->subject.data, program->subject.size))
		return -1;
	if (!bpf_object__find_map_by_name(object, "table") != !program->has_table)
		return fail(NULL, "%s: the state %s a table, the object %s", path, program->has_table ? "gives" : "lacks",
			    program->has_table ? "has none" : "needs one");
	if (size_array(object, path, "peers", &program->peers) || size_array(object, path, "table", &program->table))
		return -1;
	if (peers && check_classes(state, path, program->peers.size / bpf_map__value_size(peers)))
		return -1;
	return map_set_prepare(maps, object, state);
}

int policy_load(struct policy *policy, const struct state *state, const struct state_program *program,
		struct map_set *maps)
{
	const char *path = program->object->path;

	if (open_object(&policy->object, &program->object->bytes, path) ||
	    prepare_policy(policy->object, state, program, maps) || load_object(policy->object, path) ||
	    map_set_adopt(maps, policy->object) || find_programs(policy->object, path, policy->program))
		return -1;
	if (fill_array(policy->object, "peers", &program->peers))
		return -1;
	return fill_array(policy->object, "table", &program->table);
}

/* Opens the dispatcher with either `pass` or the other programs to be loaded. */
static int open_dispatcher(struct bpf_object **object, const struct bytes *file, const char *path, bool pass)
{
	struct bpf_program *program;

	if (open_object(object, file, path))
		return -1;
	bpf_object__for_each_program(program, *object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), "pass") == pass);
	return 0;
}

int dispatcher_load(struct dispatcher *dispatcher, const struct bytes *file, __u32 slot, const struct state *state,
		    struct map_set *maps)
{
	const struct dispatcher_config config = { .slot = slot };
	const char *path = state->dispatcher;

	if (open_dispatcher(&dispatcher->object, file, path, false) ||
	    set_constant(dispatcher->object, path, ".rodata.config", &config, sizeof(config)) ||
	    map_set_prepare(maps, dispatcher->object, state) || load_object(dispatcher->object, path) ||
	    map_set_adopt(maps, dispatcher->object))
		return -1;
	return find_programs(dispatcher->object, path, dispatcher->program);
}

int dispatcher_load_pass(struct dispatcher *dispatcher, const struct bytes *file, const struct state *state,
			 struct map_set *maps)
{
	const char *path = state->dispatcher;
	struct bpf_program *program;
	int hook;

	if (open_dispatcher(&dispatcher->object, file, path, true))
		return -1;
	program = bpf_object__find_program_by_name(dispatcher->object, "pass");
	if (!program)
		return fail(NULL, "%s has no program pass", path);
	if (map_set_prepare(maps, dispatcher->object, state) || load_object(dispatcher->object, path) ||
	    map_set_adopt(maps, dispatcher->object))
		return -1;
	for (hook = 0; hook < HOOKS; hook++)
		dispatcher->program[hook] = bpf_program__fd(program);
	return 0;
}
