/* SPDX-License-Identifier: Apache-2.0 */
/* instance.h: where an instance keeps what outlives a command.
 *
 *   /sys/fs/bpf/polc/NAME/   pins; a directory there is a note of the loader (bpffs has no other files)
 *     MAP                    maps that live as long as the instance
 *     links/, filters/       one pin for each attached dispatcher: see attachment.h
 *     qdiscs/IFINDEX         the clsact qdisc of this interface was made by polc
 *     netns-INODE            the network namespace that the instance belongs to
 *   /run/polc/NAME/          locks, and what the reader of events has reported
 *
 * bpffs reserves dots: a dot of the name is an underscore there, which no name contains.
 */
#ifndef POLC_INSTANCE_H
#define POLC_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

#define INSTANCE_NAME_MAX 48
#define PIN_PATH_MAX 128
#define PIN_NAME_MAX 32 /* two 32-bit numbers and a hook's name, with room */

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

/* Removes pins, notes, locks and directories; whatever is missing is fine. */
int instance_remove(const struct instance *instance);
void instance_remove_run(const struct instance *instance);

/* `pins`/A or `pins`/A/B */
void instance_pin_path(const struct instance *instance, char out[PIN_PATH_MAX], const char *a, const char *b);

/* Opens a pinned object: a descriptor, or -1 without a failure recorded. */
int instance_open_pin(const struct instance *instance, const char *name);

#endif
