// SPDX-License-Identifier: Apache-2.0
/* legacy_instance.c: puts an instance of layout version 1 in force, as `polc-loader apply` of commit 68e5d97 left it.
 *
 *   legacy_instance OBJECT PINS EPOCH tcx|clsact INTERFACE:FROM:TO...     FROM and TO: 1 denies, 0 allows
 *
 * Run in the node's network namespace. Pod i has slot i. One connection is in the table of established ones.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char *const hooks[] = { "from_pod", "to_pod" };
static const char *const policies[] = { "policy_from", "policy_to" };
static const char *const maps[] = { "active",	    "dispatch0",    "dispatch1",  "established4",
				    "established6", "half_open4", "half_open6", "counters" };
static int fds[8] = { -1, -1, -1, -1, -1, -1, -1, -1 };
static const char *pins;

static void must(int failed, const char *what)
{
	if (!failed)
		return;
	perror(what);
	exit(1);
}

static const char *path_of(const char *format, unsigned int a, unsigned int b, const char *c)
{
	static char path[256];
	int length = snprintf(path, sizeof(path), "%s/", pins);

	snprintf(path + length, sizeof(path) - length, format, a, b, c);
	return path;
}

static struct bpf_object *load(const char *file, unsigned int slot, const unsigned int deny[2])
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	const unsigned int config[] = { slot, deny[0], deny[1] };
	struct bpf_map *map;
	int i;

	must(!object, file);
	map = bpf_object__find_map_by_name(object, ".rodata.config");
	must(!map || bpf_map__set_initial_value(map, config, sizeof(config)), "config");
	for (i = 0; i < 8; i++)
		if (fds[i] >= 0)
			must(bpf_map__reuse_fd(bpf_object__find_map_by_name(object, maps[i]), fds[i]), maps[i]);
	must(bpf_object__load(object), file);
	for (i = 0; i < 8; i++) {
		if (fds[i] >= 0)
			continue;
		fds[i] = bpf_map__fd(bpf_object__find_map_by_name(object, maps[i]));
		must(bpf_obj_pin(fds[i], path_of("%.0u%.0u%s", 0, 0, maps[i])), "pin of a map");
	}
	return object;
}

static void attach(unsigned int ifindex, unsigned int slot, int hook, int program, int tcx)
{
	LIBBPF_OPTS(bpf_link_create_opts, first, .flags = 1u << 3 /* BPF_F_BEFORE */);
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = hook ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_hook, both, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = program, .handle = 0x706f6c63, .priority = 1);
	char name[64];

	snprintf(name, sizeof(name), "%s/%%u-%%u-%%s", tcx ? "links" : "filters");
	if (tcx) {
		int link = bpf_link_create(program, ifindex, 46 + hook /* BPF_TCX_INGRESS */, &first);

		must(link < 0 || bpf_obj_pin(link, path_of(name, ifindex, slot, hooks[hook])), "link");
		return;
	}
	must(bpf_obj_pin(program, path_of(name, ifindex, slot, hooks[hook])), "pin of a filter");
	bpf_tc_hook_create(&both);
	must(bpf_tc_attach(&where, &filter), "filter");
	mkdir(path_of("qdiscs/%u", ifindex, 0, NULL), 0700);
}

static void remember_a_connection(void)
{
	struct timespec now;
	unsigned int key[4] = { 0x0200630a, 0x0100630a, 0x58585858, 6 }, value[4] = { 1, 1, 0, 0x0101 };

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	value[2] = (now.tv_sec * 1000000000ULL + now.tv_nsec) >> 30;
	must(bpf_map_update_elem(fds[3], key, value, BPF_ANY), "connection");
}

int main(int argc, char **argv)
{
	static const char *const directories[] = { "", "links", "filters", "qdiscs" };
	unsigned int zero = 0, epoch, slot, i;
	struct stat netns;

	must(argc < 5, "arguments");
	pins = argv[2];
	epoch = atoi(argv[3]);
	mkdir("/sys/fs/bpf/polc", 0700);
	for (i = 0; i < 4; i++)
		must(mkdir(path_of("%.0u%.0u%s", 0, 0, directories[i]), 0700), "directory");
	must(stat("/proc/self/ns/net", &netns), "netns");
	must(mkdir(path_of("netns-%u", netns.st_ino, 0, NULL), 0700), "note");
	for (slot = 0; slot + 5 < (unsigned int)argc; slot++) {
		char interface[32];
		unsigned int deny[2];
		struct bpf_object *object;

		must(sscanf(argv[slot + 5], "%31[^:]:%u:%u", interface, &deny[0], &deny[1]) != 3, argv[slot + 5]);
		object = load(argv[1], slot, deny);
		bpf_map_update_elem(fds[0], &zero, &epoch, BPF_ANY);
		for (i = 0; i < 2; i++) {
			unsigned int index = slot * 2 + i;
			int policy = bpf_program__fd(bpf_object__find_program_by_name(object, policies[i]));
			int dispatcher = bpf_program__fd(bpf_object__find_program_by_name(object, hooks[i]));

			must(bpf_map_update_elem(fds[1 + (epoch & 1)], &index, &policy, BPF_ANY), "slot");
			attach(if_nametoindex(interface), slot, i, dispatcher, !strcmp(argv[4], "tcx"));
		}
	}
	remember_a_connection();
	return 0;
}
