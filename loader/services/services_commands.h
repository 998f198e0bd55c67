/* SPDX-License-Identifier: Apache-2.0 */
/* services_commands.h: one function a command of `polc-loader services`; each returns 0, or -1 with a failure recorded. */
#ifndef POLC_SERVICES_SERVICES_COMMANDS_H
#define POLC_SERVICES_SERVICES_COMMANDS_H

#include "instance.h"

/* The kernels that services need: tcx, of Linux 6.6. */
int services_kernel_check(void);

int command_services_apply(const struct instance *instance, const char *state_path);
/* Whole states and changes from standard input, until it ends. */
int command_services_serve(const struct instance *instance);
int command_services_status(const struct instance *instance);
int command_services_detach(const struct instance *instance);
/* Requests from `requests`, or from standard input if it is NULL. */
int command_services_run(const char *state_path, const char *requests);

#endif
