/* SPDX-License-Identifier: Apache-2.0 */
/* commands.h: one function a command; each returns 0, or -1 with a failure recorded. */
#ifndef POLC_COMMANDS_H
#define POLC_COMMANDS_H

#include "attachment.h"
#include "instance.h"

int command_apply(const struct instance *instance, const char *state_path, enum attach_mode mode);
/* Whole states and deltas from standard input, until it ends. */
int command_serve(const struct instance *instance, enum attach_mode mode);
/* Closes interfaces until their pods are described. */
int command_hold(const struct instance *instance, char **interfaces, int count, enum attach_mode mode);
/* What a resident loader does twice a minute. */
int command_collect(const struct instance *instance);
int command_status(const struct instance *instance);
int command_detach(const struct instance *instance);
/* `once`: what is there, then end. */
int command_events(const struct instance *instance, bool once);
/* Requests from `requests`, or from standard input if it is NULL. */
int command_run(const char *state_path, const char *requests);
/* Prints {} if programs could be loaded here; loads none. */
int command_check(void);

/* What detach does, for a caller that holds the apply lock. */
int remove_instance(const struct instance *instance);

#endif
