// SPDX-License-Identifier: Apache-2.0
/* services_status.c: what is in force. Takes no lock: beside a running change it may show parts of both generations. */
#include <bpf/bpf.h>
#include <net/if.h>
#include <unistd.h>

#include "answer.h"
#include "failure.h"
#include "map_bytes.h"
#include "program_id.h"
#include "service_counter.h"
#include "services.h"
#include "services_commands.h"
#include "tcx_order.h"

struct view {
	const struct instance *instance;
	struct service_maps maps;
	struct service_control control;
	struct service_links links;
	json_t *problems;
};

static json_t *tables_json(const struct view *v)
{
	json_t *object = json_object();
	int i;

	for (i = 0; i < CAPACITIES; i++)
		json_object_set_new(object, capacity_names[i],
				    json_pack("{s:I, s:I}", "used", (json_int_t)v->control.used[i], "capacity",
					      (json_int_t)v->control.capacity[i]));
	return object;
}

/* Segments of Maglev tables are maps of their own, of one size. */
static json_int_t segments_bytes(const struct view *v)
{
	json_int_t bytes = 0;
	__u32 i, id;
	int fd;

	for (i = 0; i < SEGMENTS && !bpf_map_lookup_elem(v->maps.fd[SERVICE_MAP_maglev], &i, &id); i++) {
		fd = bpf_map_get_fd_by_id(id);
		if (fd < 0)
			break;
		bytes += map_bytes(fd);
		close(fd);
	}
	return bytes;
}

static json_t *bytes_json(const struct view *v)
{
	json_int_t state = 0, tables = 0;
	int map;

	for (map = 0; map < SERVICE_MAPS; map++)
		if (v->maps.fd[map] >= 0)
			*(map < SERVICE_STATE_MAPS ? &state : &tables) += map_bytes(v->maps.fd[map]);
	return json_pack("{s:I, s:I, s:I}", "tables", tables, "maglev", v->control.generation ? segments_bytes(v) : 0,
			 "state", state);
}

/* Is a program that uses this map on the wrong side of ours? */
static bool is_out_of_order(const struct service_link *link, __u32 policy)
{
	bool from_pod = link->place == PROGRAM_FROM_POD, passed = false, wrong = false;
	struct tcx_programs programs;
	__u32 i;

	if (!policy || tcx_query(link->ifindex, from_pod ? TCX_INGRESS : TCX_EGRESS, &programs))
		return false;
	for (i = 0; i < programs.count; i++) {
		passed |= programs.id[i] == link->program;
		wrong |= passed != from_pod && program_uses(programs.id[i], policy);
	}
	return wrong;
}

static __u32 policy_mark(const struct instance *instance)
{
	char path[PIN_PATH_MAX];
	__u32 id = 0;
	int fd;

	instance_pin_path(instance, path, LAYOUT "/control");
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		id = map_id(fd);
		close(fd);
	}
	return id;
}

static void check_link(const struct view *v, const struct service_link *link, __u32 policy)
{
	const char *name = service_place_name(link->place);

	if (!link->live && link->ifindex)
		problem(v->problems, "interface %u: the program %s is gone, with the interface or by another hand",
			link->ifindex, name);
	else if (!link->live)
		problem(v->problems, "the cgroup of the program %s is gone", name);
	else if ((link->place == PROGRAM_FROM_POD || link->place == PROGRAM_TO_POD) && is_out_of_order(link, policy))
		problem(v->problems, "interface %u: policy is judged on the wrong side of %s: apply policy again",
			link->ifindex, name);
}

static const char *hook_of(int place)
{
	return place == PROGRAM_FROM_LINK_XDP ? "xdp" : place == PLACE_XDP_GENERIC ? "xdp-generic" : "tc";
}

/* The first program that sees what arrives at a link. */
static const struct service_link *way_in(const struct view *v, unsigned int ifindex)
{
	static const int places[] = { PROGRAM_FROM_LINK_XDP, PLACE_XDP_GENERIC, PROGRAM_FROM_LINK };
	const struct service_link *link = NULL;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]) && !link; i++)
		link = service_link_find(&v->links, ifindex, places[i]);
	return link;
}

/* "from_link" of a link is by the hook that it has; behind XDP there is "from_link_tc". Pods have from_pod and to_pod. */
static json_t *interface_json(const struct view *v, unsigned int ifindex, bool *is_link)
{
	char name[IF_NAMESIZE];
	json_t *object = json_pack("{s:s?, s:I}", "interface", if_indextoname(ifindex, name), "ifindex", (json_int_t)ifindex);
	const struct service_link *in = way_in(v, ifindex);
	size_t i;

	*is_link = in || service_link_find(&v->links, ifindex, PROGRAM_TO_LINK);
	if (in)
		json_object_set_new(object, "hook", json_string(hook_of(in->place)));
	for (i = 0; i < v->links.count; i++) {
		const struct service_link *link = &v->links.at[i];
		const char *key = link == in			      ? "from_link" :
				  link->place == PROGRAM_FROM_LINK ? "from_link_tc" :
								     service_place_name(link->place);

		if (link->ifindex == ifindex)
			json_object_set_new(object, key, link->live ? json_integer(link->program) : json_null());
	}
	return object;
}

static void add_interfaces(const struct view *v, json_t *links, json_t *pods)
{
	size_t i, j;
	bool is_link;

	for (i = 0; i < v->links.count; i++) {
		unsigned int ifindex = v->links.at[i].ifindex;
		json_t *object;

		for (j = 0; j < i && v->links.at[j].ifindex != ifindex; j++)
			;
		if (!ifindex || j < i)
			continue;
		object = interface_json(v, ifindex, &is_link);
		json_array_append_new(is_link ? links : pods, object);
	}
}

static json_t *status_json(const struct view *v)
{
	json_t *links = json_array(), *pods = json_array();
	__u32 policy = policy_mark(v->instance);
	json_int_t sockets = 0;
	size_t i;

	for (i = 0; i < v->links.count; i++) {
		check_link(v, &v->links.at[i], policy);
		sockets += !v->links.at[i].ifindex && v->links.at[i].live;
	}
	if (v->links.count && !instance_is_here(v->instance))
		problem(v->problems, "this is not the instance's network namespace: its interfaces cannot be seen from here");
	add_interfaces(v, links, pods);
	return json_pack("{s:s, s:I, s:{s:i}, s:o, s:o, s:I, s:o, s:I, s:o, s:o, s:O}", "instance", v->instance->name,
			 "generation", (json_int_t)v->control.generation, "layout", "version", SERVICE_LAYOUT_VERSION,
			 "links", links, "pods", pods, "cgroup_programs", sockets, "tables", tables_json(v), "full",
			 (json_int_t)v->control.full, "bytes", bytes_json(v), "counters",
			 service_counters_json(v->maps.fd[SERVICE_MAP_service_counters]), "problems", v->problems);
}

/* What a killed first command left is no generation yet. */
static int open_view(struct view *v)
{
	__u32 key = 0;

	service_maps_init(&v->maps);
	if (instance_has(v->instance, SERVICES_TABLES "/control")) {
		if (service_maps_open(&v->maps, v->instance))
			return -1;
		if (bpf_map_lookup_elem(v->maps.fd[SERVICE_MAP_control], &key, &v->control))
			return fail(NULL, "cannot read the map control");
	}
	return service_links_read(&v->links, v->instance);
}

int command_services_status(const struct instance *instance)
{
	struct view view = { .instance = instance, .problems = json_array() };
	int err = open_view(&view);

	if (!err)
		err = answer_print(status_json(&view));
	json_decref(view.problems);
	service_links_free(&view.links);
	service_maps_close(&view.maps);
	return err;
}
