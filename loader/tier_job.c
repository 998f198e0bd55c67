// SPDX-License-Identifier: Apache-2.0
#include "tier_job.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "failure.h"
#include "object.h"

static int load(struct tier_job *job)
{
	const struct specialised specialised = { .version = job->version };
	const struct peer_set *set = job->set;
	struct bpf_object *object = NULL;
	int fd[HOOKS], hook, err = -1;
	struct bpf_map *peers;

	if (!object_open(&object, &set->file, set->path) &&
	    !object_set_constant(object, set->path, ".rodata.layout", &job->maps.sizes.layout, sizeof(struct layout)) &&
	    !object_set_constant(object, set->path, ".rodata.specialised", &specialised, sizeof(specialised)) &&
	    !object_set_constant(object, set->path, ".rodata.subject", job->subject.data, job->subject.size) &&
	    !map_set_use(&job->maps, object, set->path)) {
		peers = bpf_object__find_map_by_name(object, "peers");
		err = peers && bpf_map__reuse_fd(peers, set->peers) ? fail(NULL, "%s cannot use peers", set->path) :
								      object_load(object, set->path, fd);
	}
	for (hook = 0; !err && hook < HOOKS; hook++) {
		job->program[hook] = fcntl(fd[hook], F_DUPFD_CLOEXEC, 3);
		if (job->program[hook] < 0)
			err = fail(NULL, "cannot keep the programs of %s", set->path);
	}
	bpf_object__close(object);
	return err;
}

static void *work(void *context)
{
	const uint64_t one = 1;
	struct tier_job *job = context;

	if (load(job))
		job->failure = failure_take();
	if (write(job->done, &one, sizeof(one)) < 0)
		return NULL; /* who waits for it joins it at the latest when there is no more to do */
	return NULL;
}

struct tier_job *tier_job_start(struct tier_program *program, const struct map_set *maps, int done)
{
	struct tier_job *job = malloc(sizeof(*job));

	if (!job) {
		fail(NULL, "out of memory");
		return NULL;
	}
	*job = (struct tier_job){ .maps = *maps,
				  .set = program->set,
				  .subject = program->subject,
				  .version = program->version,
				  .done = done,
				  .program = { -1, -1 } };
	if (pthread_create(&job->thread, NULL, work, job)) {
		free(job);
		fail(NULL, "cannot start a thread");
		return NULL;
	}
	program->subject = (struct bytes){ 0 };
	job->set->users++;
	return job;
}

void tier_job_join(struct tier_job *job)
{
	uint64_t count;

	pthread_join(job->thread, NULL);
	if (read(job->done, &count, sizeof(count)) < 0)
		return; /* it could not be told */
}

void tier_job_free(struct tier_job *job)
{
	int hook;

	for (hook = 0; hook < HOOKS; hook++)
		if (job->program[hook] >= 0)
			close(job->program[hook]);
	job->set->users--;
	free(job->subject.data);
	json_decref(job->failure);
	free(job);
}
