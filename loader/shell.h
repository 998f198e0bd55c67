/* SPDX-License-Identifier: Apache-2.0 */
/* shell.h: the pair of programs that every pod runs whose subject has none of its own. Loaded once for an instance and an
 * object: pinned as LAYOUT/shell-DIGEST/from_pod and to_pod, the next command uses them again.
 */
#ifndef POLC_SHELL_H
#define POLC_SHELL_H

#include "map_set.h"
#include "state.h"

struct shell {
	int program[HOOKS]; /* descriptors; -1 */
	char directory[PIN_NAME_MAX];
};

void shell_init(struct shell *shell);
void shell_close(struct shell *shell);

/* Loads it for these maps, and pins it below `directory` if there is an instance. */
int shell_load(struct shell *shell, const struct state *state, const struct map_set *maps,
	       const struct instance *instance, const char *directory);

/* Whatever shell is pinned there; a failure if none is. */
int shell_open(struct shell *shell, const struct instance *instance, const char *directory);

int shell_pin(const struct shell *shell, const struct instance *instance, const char *directory);
/* Closes it, too, and keeps its name. */
void shell_unpin(struct shell *shell, const struct instance *instance, const char *directory);

/* Removes the pins of all others. */
void shell_remove_others(const struct shell *shell, const struct instance *instance, const char *directory);

#endif
