// SPDX-License-Identifier: Apache-2.0
#include "object.h"

#include <errno.h>
#include <string.h>

#include "attachment.h"
#include "failure.h"
#include "kernel_log.h"

static const char same_version[] = "polc, polc-loader and the bundle must be of the same version";

int object_open(struct bpf_object **object, const struct bytes *file, const char *path)
{
	LIBBPF_OPTS(bpf_object_open_opts, options);
	int hook;

	kernel_log_forget();
	*object = bpf_object__open_mem(file->data, file->size, &options);
	if (!*object)
		return fail(NULL, "%s is not a BPF object: %s", path, strerror(errno));
	for (hook = 0; hook < HOOKS; hook++)
		if (!bpf_object__find_program_by_name(*object, hook_name(hook)))
			return fail(NULL, "%s has no program %s", path, hook_name(hook));
	return 0;
}

int object_set_constant(struct bpf_object *object, const char *path, const char *section, const void *data, size_t size)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, section);
	size_t expected = 0;

	if (!map)
		return fail(same_version, "%s has no section %s", path, section);
	bpf_map__initial_value(map, &expected);
	if (expected != size || bpf_map__set_initial_value(map, data, size))
		return fail(same_version, "%s: %s has %zu bytes, the state gives %zu", path, section, expected, size);
	return 0;
}

int object_load(struct bpf_object *object, const char *path, int program[HOOKS])
{
	int err = bpf_object__load(object), hook;
	const char *log = kernel_log_tail();

	if (err == -EPERM)
		return fail_errno(EPERM, "the kernel does not load %s", path);
	if (err)
		return fail(NULL, "the kernel refuses %s: %s%s%s", path, strerror(-err), *log ? "\n" : "", log);
	for (hook = 0; hook < HOOKS; hook++)
		program[hook] = bpf_program__fd(bpf_object__find_program_by_name(object, hook_name(hook)));
	return 0;
}
