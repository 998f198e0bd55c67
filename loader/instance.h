/* SPDX-License-Identifier: Apache-2.0 */
/* instance.h: where an instance keeps what outlives a command.
 *
 *   /sys/fs/bpf/polc/NAME/   pins; a directory there is a note of the loader (bpffs has no other files)
 *     layout2/MAP            the maps, by the version of their layout: see bpf-templates/map_list.h
 *     layout2/shell-DIGEST/  the programs that pods run whose subjects have none of their own: see shell.h
 *     links/, filters/       what is attached: see attachment.h
 *     qdiscs/IFINDEX         the clsact qdisc of this interface was made by polc
 *     servicesVERSION/       see services/service_maps.h
 *     netns-INODE            the network namespace that the instance belongs to
 *   /run/polc/NAME/          locks, and what the reader of events has reported
 *
 * bpffs reserves dots: a dot of the name is an underscore there, which no name contains.
 */
#ifndef POLC_INSTANCE_H
#define POLC_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"

#define INSTANCE_NAME_MAX 48
#define PIN_PATH_MAX 192
#define PIN_NAME_MAX 48

#define LAYOUT_NAME(version) LAYOUT_NAME_(version)
#define LAYOUT_NAME_(version) "layout" #version
#define LAYOUT LAYOUT_NAME(LAYOUT_VERSION)
#define LAYOUT_NEW LAYOUT "-new" /* while maps move: see grow.h and upgrade.h */

struct instance {
	const char *name;
	char pins[PIN_PATH_MAX];
	char run[PIN_PATH_MAX];
};

int instance_init(struct instance *instance, const char *name);

/* Mounts bpffs if it is not, and makes the directories. */
int instance_make(const struct instance *instance);

/* Notes this network namespace on the first call; later, fails in another one. */
int instance_claim_netns(const struct instance *instance);
/* Is this the network namespace that was noted? */
bool instance_is_here(const struct instance *instance);

/* Takes /run/polc/NAME/FILE: waits for it up to `seconds`, then fails, saying `held`. Returns the descriptor. */
int instance_lock(const struct instance *instance, const char *file, int seconds, const char *held);

bool instance_exists(const struct instance *instance);

/* Removes pins, notes and directories, but for those of services; whatever is missing is fine. */
int instance_remove(const struct instance *instance);
bool instance_has_services(const struct instance *instance);
void instance_remove_run(const struct instance *instance);

/* Of a pin or a note, below `pins`. */
void instance_pin_path(const struct instance *instance, char out[PIN_PATH_MAX], const char *format, ...)
	__attribute__((format(printf, 3, 4)));

int make_directory(const char *path);
bool instance_has(const struct instance *instance, const char *name);
int instance_rename(const struct instance *instance, const char *from, const char *to);
/* Each is where the other was, in one step. */
int instance_exchange(const struct instance *instance, const char *a, const char *b);
/* A directory of pins, with what is in it and one level below; fine if it is missing. */
int instance_remove_directory(const struct instance *instance, const char *name);

#endif
