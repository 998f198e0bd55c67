// SPDX-License-Identifier: Apache-2.0
#include "instance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "failure.h"

#define BPFFS "/sys/fs/bpf"
#define NETNS_NOTE "netns-"
#define SERVICES_PREFIX "services" /* and the version of their layout */

#ifndef RENAME_EXCHANGE /* linux/fs.h, which contradicts sys/mount.h */
#define RENAME_EXCHANGE (1 << 1)
#endif

static bool bpffs_mounted(void)
{
	struct statfs fs;

	return !statfs(BPFFS, &fs) && (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

/* The device of the machine's bpffs, as the first process sees it; false: it has none, or that cannot be told. */
static bool machines_bpffs(dev_t *device)
{
	FILE *mounts = fopen("/proc/1/mountinfo", "re");
	unsigned int major, minor;
	char at[256], line[4096];
	bool found = false;

	while (mounts && fgets(line, sizeof(line), mounts)) {
		if (sscanf(line, "%*d %*d %u:%u %*s %255s", &major, &minor, at) != 3 || strcmp(at, BPFFS))
			continue;
		*device = makedev(major, minor);
		found = true; /* the last mount is the one that is seen */
	}
	if (mounts)
		fclose(mounts);
	return found;
}

/* Whoever runs in a mount namespace of its own may have a bpffs that goes away with it, and with it what is pinned there. */
static bool bpffs_is_private(void)
{
	struct stat own;
	dev_t machines;

	return machines_bpffs(&machines) && !stat(BPFFS, &own) && own.st_dev != machines;
}

static bool name_valid(const char *name)
{
	size_t length = strlen(name);

	if (!length || length > INSTANCE_NAME_MAX || name[0] == '.')
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length;
}

int instance_init(struct instance *instance, const char *name)
{
	char *at;

	if (!name_valid(name))
		return fail("1 to 48 of a-z, 0-9, dot and dash, not starting with a dot", "'%s' is not the name of an instance",
			    name);
	instance->name = name;
	snprintf(instance->run, sizeof(instance->run), "/run/polc/%s", name);
	snprintf(instance->pins, sizeof(instance->pins), BPFFS "/polc/%s", name);
	for (at = instance->pins + strlen(BPFFS "/polc/"); *at; at++)
		if (*at == '.')
			*at = '_';
	return 0;
}

void instance_pin_path(const struct instance *instance, char out[PIN_PATH_MAX], const char *format, ...)
{
	int length = snprintf(out, PIN_PATH_MAX, "%s/", instance->pins);
	va_list args;

	va_start(args, format);
	vsnprintf(out + length, PIN_PATH_MAX - length, format, args);
	va_end(args);
}

int make_directory(const char *path)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return fail_errno(errno, "cannot make %s", path);
	return 0;
}

int instance_make(const struct instance *instance)
{
	static const char *const directories[] = { "links", "filters", "qdiscs" };
	char path[PIN_PATH_MAX];
	size_t i;

	if (!bpffs_mounted() && mount("bpf", BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return fail_errno(errno, "cannot mount bpffs on " BPFFS);
	if (bpffs_is_private())
		return fail("run it in the machine's mount namespace: nsenter --mount=/proc/1/ns/mnt, and nsenter --net instead "
			    "of ip netns exec",
			    BPFFS " is not the machine's: what is enforced would end with this mount namespace");
	if (make_directory(BPFFS "/polc") || make_directory(instance->pins))
		return -1;
	for (i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		instance_pin_path(instance, path, "%s", directories[i]);
		if (make_directory(path))
			return -1;
	}
	return 0;
}

static int netns_note(char note[32])
{
	struct stat netns;

	if (stat("/proc/self/ns/net", &netns))
		return fail_errno(errno, "cannot read /proc/self/ns/net");
	snprintf(note, 32, NETNS_NOTE "%lu", (unsigned long)netns.st_ino);
	return 0;
}

bool instance_is_here(const struct instance *instance)
{
	char note[32], path[PIN_PATH_MAX];

	if (netns_note(note))
		return false;
	instance_pin_path(instance, path, "%s", note);
	return !access(path, F_OK);
}

int instance_claim_netns(const struct instance *instance)
{
	char note[32], path[PIN_PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	if (netns_note(note))
		return -1;
	dir = opendir(instance->pins);
	if (!dir)
		return fail_errno(errno, "cannot read %s", instance->pins);
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, NETNS_NOTE, strlen(NETNS_NOTE)) && strcmp(entry->d_name, note))
			err = fail("detach it, or run in its network namespace",
				   "instance %s belongs to another network namespace", instance->name);
	closedir(dir);
	if (err)
		return err;
	instance_pin_path(instance, path, "%s", note);
	return make_directory(path);
}

bool instance_exists(const struct instance *instance)
{
	struct stat stat_buffer;

	return bpffs_mounted() && !stat(instance->pins, &stat_buffer);
}

/* As many levels deep as there are. */
static int remove_tree(const char *path, int depth)
{
	char inner[PIN_PATH_MAX + PIN_NAME_MAX];
	struct dirent *entry;
	DIR *dir = opendir(path);
	int err = 0;

	if (!dir)
		return errno == ENOENT ? 0 : fail_errno(errno, "cannot read %s", path);
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(inner, sizeof(inner), "%.*s/%.*s", PIN_PATH_MAX - 1, path, PIN_NAME_MAX - 2, entry->d_name);
		if (unlink(inner) && (depth ? remove_tree(inner, depth - 1) : rmdir(inner)))
			err = fail_errno(errno, "cannot remove %s", inner);
	}
	closedir(dir);
	if (!err && rmdir(path) && errno != ENOENT)
		err = fail_errno(errno, "cannot remove %s", path);
	return err;
}

/* What a name in the directory of pins belongs to: services are there as long as their own directory is. */
static bool is_of_services(const struct instance *instance, const char *name)
{
	return !strncmp(name, SERVICES_PREFIX, strlen(SERVICES_PREFIX)) ||
	       (instance_has_services(instance) && !strncmp(name, NETNS_NOTE, strlen(NETNS_NOTE)));
}

/* All but what services have. */
static int remove_rest(const struct instance *instance)
{
	char path[PIN_PATH_MAX + PIN_NAME_MAX];
	DIR *dir = opendir(instance->pins);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return errno == ENOENT ? 0 : fail_errno(errno, "cannot read %s", instance->pins);
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || is_of_services(instance, entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%.*s", instance->pins, PIN_NAME_MAX - 2, entry->d_name);
		if (unlink(path) && remove_tree(path, 1))
			err = -1;
	}
	closedir(dir);
	if (!err && rmdir(instance->pins) && errno != ENOENT && errno != ENOTEMPTY)
		err = fail_errno(errno, "cannot remove %s", instance->pins);
	return err;
}

bool instance_has_services(const struct instance *instance)
{
	DIR *dir = opendir(instance->pins);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = !strncmp(entry->d_name, SERVICES_PREFIX, strlen(SERVICES_PREFIX));
	if (dir)
		closedir(dir);
	return found;
}

int instance_remove_directory(const struct instance *instance, const char *name)
{
	char path[PIN_PATH_MAX];

	instance_pin_path(instance, path, "%s", name);
	return remove_tree(path, 1);
}

int instance_rename(const struct instance *instance, const char *from, const char *to)
{
	char old[PIN_PATH_MAX], new[PIN_PATH_MAX];

	instance_pin_path(instance, old, "%s", from);
	instance_pin_path(instance, new, "%s", to);
	return rename(old, new) ? fail_errno(errno, "cannot rename %s to %s", old, new) : 0;
}

int instance_exchange(const struct instance *instance, const char *a, const char *b)
{
	char one[PIN_PATH_MAX], other[PIN_PATH_MAX];

	instance_pin_path(instance, one, "%s", a);
	instance_pin_path(instance, other, "%s", b);
	/* Not every libc has renameat2(). */
	return syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) ?
		       fail_errno(errno, "cannot exchange %s and %s", one, other) :
		       0;
}

bool instance_has(const struct instance *instance, const char *name)
{
	char path[PIN_PATH_MAX];

	instance_pin_path(instance, path, "%s", name);
	return bpffs_mounted() && !access(path, F_OK);
}

int instance_remove(const struct instance *instance)
{
	/* Without these the rest is leftovers, whenever this ends early. */
	static const char *const first[] = { LAYOUT "/control", LAYOUT_NEW "/control", "active" };
	char path[PIN_PATH_MAX];
	size_t i;
	int err;

	if (!instance_exists(instance))
		return 0;
	for (i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		instance_pin_path(instance, path, "%s", first[i]);
		if (unlink(path) && errno != ENOENT)
			return fail_errno(errno, "cannot remove %s", path);
	}
	err = remove_rest(instance);
	rmdir(BPFFS "/polc");
	return err;
}
