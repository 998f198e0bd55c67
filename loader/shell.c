// SPDX-License-Identifier: Apache-2.0
#include "shell.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attachment.h"
#include "failure.h"
#include "object.h"

#define PREFIX "shell-"

void shell_init(struct shell *shell)
{
	*shell = (struct shell){ .program = { -1, -1 } };
}
_Static_assert(HOOKS == 2, "shell_init closes both");

void shell_close(struct shell *shell)
{
	int hook;

	for (hook = 0; hook < HOOKS; hook++) {
		if (shell->program[hook] >= 0)
			close(shell->program[hook]);
		shell->program[hook] = -1;
	}
}

/* Both programs, or none. */
static bool open_pins(struct shell *shell, const struct instance *instance, const char *directory)
{
	char path[PIN_PATH_MAX];
	int hook;

	for (hook = 0; hook < HOOKS; hook++) {
		instance_pin_path(instance, path, "%s/%s/%s", directory, shell->directory, hook_name(hook));
		shell->program[hook] = bpf_obj_get(path);
		if (shell->program[hook] < 0) {
			shell_close(shell);
			return false;
		}
	}
	return true;
}

int shell_pin(const struct shell *shell, const struct instance *instance, const char *directory)
{
	char path[PIN_PATH_MAX];
	int hook;

	instance_pin_path(instance, path, "%s/%s", directory, shell->directory);
	if (make_directory(path))
		return -1;
	for (hook = 0; hook < HOOKS; hook++) {
		instance_pin_path(instance, path, "%s/%s/%s", directory, shell->directory, hook_name(hook));
		if (unlink(path) && errno != ENOENT)
			return fail_errno(errno, "cannot remove %s", path);
		if (shell->program[hook] >= 0 && bpf_obj_pin(shell->program[hook], path))
			return fail_errno(errno, "cannot pin %s", path);
	}
	return 0;
}

static int load(struct shell *shell, const struct state *state, const struct map_set *maps)
{
	struct bpf_object *object = NULL;
	int program[HOOKS], hook, err = -1;

	if (!object_open(&object, &state->shell_bytes, state->shell) &&
	    !object_set_constant(object, state->shell, ".rodata.layout", &maps->sizes.layout, sizeof(struct layout)) &&
	    !map_set_use(maps, object, state->shell))
		err = object_load(object, state->shell, program);
	for (hook = 0; !err && hook < HOOKS; hook++) {
		shell->program[hook] = fcntl(program[hook], F_DUPFD_CLOEXEC, 3);
		if (shell->program[hook] < 0)
			err = fail_errno(errno, "cannot keep the programs of %s", state->shell);
	}
	bpf_object__close(object);
	return err;
}

int shell_load(struct shell *shell, const struct state *state, const struct map_set *maps,
	       const struct instance *instance, const char *directory)
{
	snprintf(shell->directory, sizeof(shell->directory), PREFIX "%.16s", state->shell_sha256);
	if (instance && open_pins(shell, instance, directory))
		return 0;
	if (load(shell, state, maps))
		return -1;
	return instance ? shell_pin(shell, instance, directory) : 0;
}

/* Calls `each` for every directory of a shell until it answers true. */
static bool each_shell(const struct instance *instance, const char *directory,
		       bool (*each)(struct shell *, const struct instance *, const char *directory, const char *name),
		       struct shell *shell)
{
	char path[PIN_PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	instance_pin_path(instance, path, "%s", directory);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, PREFIX, strlen(PREFIX)))
			found = each(shell, instance, directory, entry->d_name);
	if (dir)
		closedir(dir);
	return found;
}

static bool open_this(struct shell *shell, const struct instance *instance, const char *directory, const char *name)
{
	snprintf(shell->directory, sizeof(shell->directory), "%.*s", PIN_NAME_MAX - 1, name);
	return open_pins(shell, instance, directory);
}

int shell_open(struct shell *shell, const struct instance *instance, const char *directory)
{
	if (each_shell(instance, directory, open_this, shell))
		return 0;
	return fail("apply a state first", "instance %s has no programs", instance->name);
}

void shell_unpin(struct shell *shell, const struct instance *instance, const char *directory)
{
	char path[PIN_PATH_MAX];

	shell_close(shell);
	if (!*shell->directory)
		return;
	snprintf(path, sizeof(path), "%s/%s", directory, shell->directory);
	instance_remove_directory(instance, path);
}

static bool remove_other(struct shell *shell, const struct instance *instance, const char *directory, const char *name)
{
	char path[PIN_PATH_MAX];

	if (strcmp(name, shell->directory)) {
		snprintf(path, sizeof(path), "%s/%.*s", directory, PIN_NAME_MAX - 1, name);
		instance_remove_directory(instance, path);
	}
	return false;
}

void shell_remove_others(const struct shell *shell, const struct instance *instance, const char *directory)
{
	struct shell copy = *shell;

	each_shell(instance, directory, remove_other, &copy);
}
