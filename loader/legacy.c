// SPDX-License-Identifier: Apache-2.0
#include "legacy.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clsact.h"
#include "connection_copy.h"
#include "failure.h"
#include "program_id.h"
#include "tcx.h"

/* `active` is the first one: without it the rest is leftovers. */
static const char *const maps_v1[] = { "active",     "dispatch0",  "dispatch1",	 "established4", "established6",
				       "half_open4", "half_open6", "fragments4", "fragments6",	 "events",
				       "denied",     "deny_budget", "counters" };

static int open_pin(const struct instance *instance, const char *name)
{
	char path[PIN_PATH_MAX];
	int fd;

	instance_pin_path(instance, path, "%s", name);
	fd = bpf_obj_get(path);
	return fd < 0 ? -1 : fd;
}

static void hook_path(const struct legacy *l, const struct legacy_hook *h, char path[PIN_PATH_MAX])
{
	instance_pin_path(l->instance, path, "%s/%u-%u-%s", attach_directory[h->mode], h->ifindex, h->slot,
			  hook_name(h->hook));
}

static void inspect(const struct legacy *l, struct legacy_hook *h)
{
	char path[PIN_PATH_MAX];
	int fd;

	hook_path(l, h, path);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return;
	h->live = h->mode == ATTACH_TCX ? tcx_ifindex(fd) == h->ifindex :
					  program_id(fd) == clsact_program(h->ifindex, h->hook);
	close(fd);
}

static bool parse_name(const char *name, struct legacy_hook *h)
{
	char hook[16];

	if (sscanf(name, "%u-%u-%15s", &h->ifindex, &h->slot, hook) != 3)
		return false;
	for (h->hook = 0; h->hook < HOOKS; h->hook++)
		if (!strcmp(hook, hook_name(h->hook)))
			return true;
	return false;
}

static int read_hooks(struct legacy *l, enum attach_mode mode)
{
	char path[PIN_PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	instance_pin_path(l->instance, path, "%s", attach_directory[mode]);
	dir = opendir(path);
	while (dir && !err && (entry = readdir(dir))) {
		struct legacy_hook h = { .mode = mode }, *grown;

		if (!parse_name(entry->d_name, &h))
			continue;
		inspect(l, &h);
		grown = realloc(l->at, (l->count + 1) * sizeof(*grown));
		if (!grown) {
			err = fail(NULL, "out of memory");
			break;
		}
		l->at = grown;
		l->at[l->count++] = h;
	}
	if (dir)
		closedir(dir);
	return err;
}

/* struct active, of which the first word is the epoch. */
static __u32 read_epoch(int active)
{
	__u32 words[16] = { 0 }, zero = 0;

	return active >= 0 && !bpf_map_lookup_elem(active, &zero, words) ? words[0] : 0;
}

int legacy_open(struct legacy *l, const struct instance *instance)
{
	*l = (struct legacy){ .instance = instance, .active = open_pin(instance, "active") };
	l->dispatch[0] = open_pin(instance, "dispatch0");
	l->dispatch[1] = open_pin(instance, "dispatch1");
	l->epoch = read_epoch(l->active);
	if (l->epoch && (l->dispatch[0] < 0 || l->dispatch[1] < 0))
		return fail("detach it, then apply", "instance %s is damaged: it has lost a dispatch table",
			    instance->name);
	return read_hooks(l, ATTACH_TCX) || read_hooks(l, ATTACH_CLSACT) ? -1 : 0;
}

void legacy_close(struct legacy *l)
{
	const int fds[] = { l->active, l->dispatch[0], l->dispatch[1] };
	size_t i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(l->at);
	*l = (struct legacy){ .active = -1, .dispatch = { -1, -1 } };
}

int legacy_set(const struct legacy *l, __u32 epoch, const struct legacy_hook *h, int program)
{
	const __u32 index = h->slot * HOOKS + h->hook;

	if (bpf_map_update_elem(l->dispatch[epoch & 1], &index, &program, BPF_ANY))
		return fail_errno(errno, "cannot write slot %u of the dispatch table", h->slot);
	return 0;
}

int legacy_switch(struct legacy *l, __u32 epoch)
{
	const __u32 words[16] = { epoch }, zero = 0;

	if (bpf_map_update_elem(l->active, &zero, words, BPF_ANY))
		return fail_errno(errno, "cannot switch to generation %u", epoch);
	l->epoch = epoch;
	return 0;
}

static int unpin(const char *path)
{
	return unlink(path) && errno != ENOENT ? fail_errno(errno, "cannot remove %s", path) : 0;
}

/* The note of a filter first: no filter is without one. */
int legacy_replace(const struct legacy *l, struct legacy_hook *h, int program)
{
	struct attachment at = { .ifindex = h->ifindex, .hook = h->hook, .mode = h->mode };
	char old[PIN_PATH_MAX], new[PIN_PATH_MAX];
	int link, err;

	hook_path(l, h, old);
	attachment_path(l->instance, &at, new);
	if (h->mode == ATTACH_CLSACT)
		return make_directory(new) || clsact_replace(h->ifindex, h->hook, program) || unpin(old) ? -1 : 0;
	link = bpf_obj_get(old);
	if (link < 0)
		return fail_errno(-link, "cannot open %s", old);
	err = bpf_link_update(link, program, NULL);
	close(link);
	if (err)
		return fail_errno(-err, "cannot replace the program of interface %u", h->ifindex);
	return rename(old, new) ? fail_errno(errno, "cannot rename %s", old) : 0;
}

int legacy_detach(const struct legacy *l, struct legacy_hook *h)
{
	char path[PIN_PATH_MAX];
	int link;

	hook_path(l, h, path);
	if (h->mode == ATTACH_CLSACT)
		return (h->live && clsact_detach(h->ifindex, h->hook)) || unpin(path) ? -1 : 0;
	link = bpf_obj_get(path);
	if (link < 0)
		return link == -ENOENT ? 0 : fail_errno(-link, "cannot open %s", path);
	return tcx_detach(link, path);
}

int legacy_copy_connections(const struct legacy *l, const struct map_set *maps)
{
	static const enum shared_map tables[] = { MAP_established4, MAP_established6, MAP_half_open4, MAP_half_open6 };
	size_t i;
	int err = 0;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]) && !err; i++) {
		int from = open_pin(l->instance, map_name(tables[i]));

		if (from < 0)
			continue;
		err = connections_copy_v1(from, maps->fd[tables[i]], map_name(tables[i]));
		close(from);
	}
	return err;
}

int legacy_remove_maps(const struct instance *instance)
{
	char path[PIN_PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(maps_v1) / sizeof(maps_v1[0]); i++) {
		instance_pin_path(instance, path, "%s", maps_v1[i]);
		if (unpin(path))
			return -1;
	}
	return 0;
}
