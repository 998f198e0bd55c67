// SPDX-License-Identifier: Apache-2.0
/* services_apply.c: two commands: a whole state becomes the node's services; services are taken away. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "failure.h"
#include "services.h"
#include "services_commands.h"

#define LOCK_SECONDS 60
#define HELD "another command changes these services"

int command_services_apply(const struct instance *instance, const char *state_path)
{
	int lock = instance_lock(instance, "services.lock", LOCK_SECONDS, HELD), err;
	long long started = answer_clock_us();
	struct services services;
	struct wanted wanted;

	if (lock < 0)
		return -1;
	services_init(&services, instance);
	err = wanted_read(&wanted, state_path);
	if (!err && !wanted.whole)
		err = fail_as("bad-state", "changes go to polc-loader services serve", "%s is a change, not a whole state",
			      state_path);
	if (!err)
		err = services_whole(&services, &wanted);
	if (!err) {
		services_finish(&services);
		err = answer_print(services_answer(&services, started));
	}
	wanted_free(&wanted);
	services_close(&services);
	close(lock);
	return err;
}

int command_services_detach(const struct instance *instance)
{
	int lock = instance_lock(instance, "services.lock", LOCK_SECONDS, HELD), err;
	char path[2 * PIN_PATH_MAX];

	if (lock < 0)
		return -1;
	err = services_remove(instance);
	if (!err) {
		snprintf(path, sizeof(path), "%s/services.lock", instance->run);
		unlink(path);
		rmdir(instance->run); /* stays if others keep something there */
		printf("{\"instance\":\"%s\",\"generation\":0}\n", instance->name);
	}
	close(lock);
	return err;
}
