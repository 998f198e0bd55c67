/* SPDX-License-Identifier: Apache-2.0 */
/* services_main.h: `polc-loader services COMMAND`. A failure is one line {"error":{"code","message","help"}} on standard error. */
#ifndef POLC_SERVICES_SERVICES_MAIN_H
#define POLC_SERVICES_SERVICES_MAIN_H

#include "instance.h"

extern const char services_usage[];

/* `arguments` begin with the command. Returns the exit code. */
int services_main(const struct instance *instance, char **arguments, int count);

#endif
