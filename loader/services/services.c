// SPDX-License-Identifier: Apache-2.0
#include "services.h"

#include <bpf/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "control.h"
#include "enforce.h"
#include "failure.h"
#include "plan.h"

void services_init(struct services *services, const struct instance *instance)
{
	*services = (struct services){ .instance = instance, .problems = json_array() };
	tables_init(&services->tables);
	service_programs_init(&services->programs);
}

void services_close(struct services *services)
{
	services_free_pods(services);
	service_links_free(&services->links);
	service_programs_close(&services->programs);
	tables_close(&services->tables);
	json_decref(services->problems);
}

static int make_directories(const struct instance *instance)
{
	static const char *const directories[] = { SERVICES_DIRECTORY, SERVICES_LINKS };
	char path[PIN_PATH_MAX];
	size_t i;

	if (instance_make(instance) || instance_claim_netns(instance))
		return -1;
	for (i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		instance_pin_path(instance, path, "%s", directories[i]);
		if (make_directory(path))
			return -1;
	}
	return 0;
}

/* What is in force says how large it is, and its generation; all zero if nothing is. */
static void read_before(const struct instance *instance, struct service_control *before)
{
	char path[PIN_PATH_MAX];
	__u32 key = 0;
	int fd;

	memset(before, 0, sizeof(*before));
	instance_pin_path(instance, path, SERVICES_TABLES "/control");
	fd = bpf_obj_get(path);
	if (fd < 0)
		return;
	if (bpf_map_lookup_elem(fd, &key, before))
		memset(before, 0, sizeof(*before));
	close(fd);
}

static int fill(struct services *services, struct wanted *wanted, const struct service_control *before)
{
	if (service_maps_open_state(&services->tables.maps, services->instance) ||
	    tables_create(&services->tables, wanted, before->capacity) || plan_make(&services->tables, wanted) ||
	    enforce(&services->tables, wanted))
		return -1;
	plan_commit(&services->tables, wanted);
	services->tables.control->full = before->full;
	return service_programs_load(&services->programs, wanted, &services->tables.maps);
}

static int pin(const struct services *services)
{
	char path[PIN_PATH_MAX];

	instance_pin_path(services->instance, path, SERVICES_TABLES_NEW);
	if (make_directory(path))
		return -1;
	return service_maps_pin_tables(&services->tables.maps, services->instance, SERVICES_TABLES_NEW);
}

static int switch_tables(const struct services *services)
{
	if (instance_has(services->instance, SERVICES_TABLES))
		return instance_exchange(services->instance, SERVICES_TABLES, SERVICES_TABLES_NEW);
	return instance_rename(services->instance, SERVICES_TABLES_NEW, SERVICES_TABLES);
}

static int put_in_force(struct services *services, struct wanted *wanted)
{
	service_links_begin(&services->links);
	if (!services_attach(services, wanted) && !switch_tables(services))
		return 0;
	service_links_undo(&services->links, services->instance);
	instance_remove_directory(services->instance, SERVICES_TABLES_NEW);
	return -1;
}

static int check_generation(const struct wanted *wanted, __u32 in_force, bool exactly)
{
	if (exactly ? wanted->generation == in_force + 1 : wanted->generation > in_force)
		return 0;
	return fail_as("generation", "read the status, and make a state for the next generation",
		       "%s is for generation %u, but generation %u is in force", wanted->path, wanted->generation,
		       in_force);
}

/* Begins anew with what the kernel has, so that nothing is believed that another hand has changed. */
static int make_whole(struct services *services, struct wanted *wanted)
{
	struct service_control before;

	read_before(services->instance, &before);
	if (check_generation(wanted, before.generation, false) || make_directories(services->instance) ||
	    instance_remove_directory(services->instance, SERVICES_TABLES_NEW) || fill(services, wanted, &before) ||
	    service_links_read(&services->links, services->instance) || pin(services) ||
	    put_in_force(services, wanted))
		return -1;
	services->whole = services->unfinished = true;
	return 0;
}

int services_remove(const struct instance *instance)
{
	struct service_links links;
	size_t i;
	int err;

	if (!instance_has(instance, SERVICES_DIRECTORY))
		return 0;
	err = service_links_read(&links, instance);
	for (i = 0; !err && i < links.count; i++)
		err = service_link_remove(instance, &links.at[i]);
	service_links_free(&links);
	if (err || instance_remove_directory(instance, SERVICES_DIRECTORY))
		return -1;
	/* The rest is policy's, if there is any. */
	if (instance_has(instance, LAYOUT) || instance_has(instance, LAYOUT_NEW) || instance_has(instance, "active"))
		return 0;
	return instance_remove(instance);
}

int services_whole(struct services *services, struct wanted *wanted)
{
	bool new = !instance_has(services->instance, SERVICES_TABLES "/control");

	if (!make_whole(services, wanted))
		return 0;
	if (new)
		services_remove(services->instance);
	return -1;
}

int services_change(struct services *services, struct wanted *wanted)
{
	__u32 generation = services->tables.control ? services->tables.control->generation : 0;
	const struct items *pods = &wanted->items[ITEM_PODS];

	if (services->damaged || !generation)
		return fail_as("bad-state", "send a whole state", "%s is a change, but %s", wanted->path,
			       generation ? "the last one was written in part" : "there is no whole state before it");
	if (check_generation(wanted, generation, true) || plan_make(&services->tables, wanted))
		return -1;
	service_links_begin(&services->links);
	if (services_attach_pods(services, pods->put, pods->puts)) {
		service_links_undo(&services->links, services->instance);
		plan_forget(&services->tables, wanted);
		return -1;
	}
	if (enforce(&services->tables, wanted)) {
		services->damaged = true;
		return fail_code("damaged");
	}
	plan_commit(&services->tables, wanted);
	services_detach_pods(services, wanted);
	services->whole = false;
	services->unfinished = true;
	return services_keep_pods(services, wanted);
}

void services_finish(struct services *services)
{
	if (!services->unfinished)
		return;
	if (services->whole) {
		service_links_end(&services->links, services->instance, services->problems);
		if (instance_remove_directory(services->instance, SERVICES_TABLES_NEW))
			problem_of_failure(services->problems, "the tables of the generation before could not be removed");
	}
	wait_for_packets();
	tables_settle(&services->tables);
	services->unfinished = false;
}

json_t *services_answer(struct services *services, long long started)
{
	json_t *answer = json_pack("{s:s, s:I, s:I, s:O}", "instance", services->instance->name, "generation",
				   (json_int_t)services->tables.control->generation, "microseconds",
				   (json_int_t)(answer_clock_us() - started), "problems", services->problems);

	json_decref(services->problems);
	services->problems = json_array();
	return answer;
}
