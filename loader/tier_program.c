// SPDX-License-Identifier: Apache-2.0
/* tier_program.c: a policy set's object made into programs for one version of some subjects. */
#include <fcntl.h>

#include "failure.h"
#include "object.h"
#include "tier.h"

int tier_program_load(struct tier_program *program, const struct map_set *maps)
{
	const struct specialised specialised = { .version = program->version };
	const struct peer_set *set = program->set;
	struct bpf_object *object = NULL;
	int fd[HOOKS], hook, err = -1;
	struct bpf_map *peers;

	if (!object_open(&object, &set->file, set->path) &&
	    !object_set_constant(object, set->path, ".rodata.layout", &maps->sizes.layout, sizeof(struct layout)) &&
	    !object_set_constant(object, set->path, ".rodata.specialised", &specialised, sizeof(specialised)) &&
	    !object_set_constant(object, set->path, ".rodata.subject", program->subject.data, program->subject.size) &&
	    !map_set_use(maps, object, set->path)) {
		peers = bpf_object__find_map_by_name(object, "peers");
		err = peers && bpf_map__reuse_fd(peers, set->peers) ? fail(NULL, "%s cannot use peers", set->path) :
								      object_load(object, set->path, fd);
	}
	for (hook = 0; !err && hook < HOOKS; hook++) {
		program->program[hook] = fcntl(fd[hook], F_DUPFD_CLOEXEC, 3);
		if (program->program[hook] < 0)
			err = fail(NULL, "cannot keep the programs of %s", set->path);
	}
	bpf_object__close(object);
	return err;
}
