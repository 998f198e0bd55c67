// SPDX-License-Identifier: Apache-2.0
#include "services_main.h"

#include <stdio.h>
#include <string.h>

#include "capabilities.h"
#include "failure.h"
#include "kernel_floor.h"
#include "services_commands.h"

#define EXIT_USAGE 2

const char services_usage[] =
	"polc-loader services apply --instance NAME STATE.json                     make these the node's services\n"
	"polc-loader services serve --instance NAME                                states and changes from standard input\n"
	"polc-loader services status --instance NAME                               what is in force\n"
	"polc-loader services detach --instance NAME                               take services away\n"
	"polc-loader services run STATE.json [REQUESTS]                            packets, on no interface\n";

static const struct command {
	const char *name, *takes;
	int min, max;
	bool instance, loads;
} commands[] = { { "apply", "a state file", 1, 1, true, true },
		 { "serve", "no file", 0, 0, true, true },
		 { "status", "no file", 0, 0, true, false },
		 { "detach", "no file", 0, 0, true, false },
		 { "run", "a state file, and perhaps a file of requests", 1, 2, false, true } };

static const struct command *find(const struct instance *instance, char **arguments, int count)
{
	size_t i;

	for (i = 0; count && i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *command = &commands[i];

		if (strcmp(command->name, arguments[0]))
			continue;
		if (count - 1 < command->min || count - 1 > command->max)
			fail(NULL, "services %s takes %s", command->name, command->takes);
		else if (command->instance && !instance->name)
			fail(NULL, "services %s needs --instance NAME", command->name);
		else
			return command;
		return NULL;
	}
	fail("polc-loader --help lists them", count ? "unknown command services %s" : "services takes a command",
	     count ? arguments[0] : "");
	return NULL;
}

static int run(const struct command *command, const struct instance *instance, char **files, int count)
{
	if (command->loads && (kernel_floor_check() || services_kernel_check()))
		return -1;
	if (capabilities_check())
		return -1;
	if (!strcmp(command->name, "apply"))
		return command_services_apply(instance, files[0]);
	if (!strcmp(command->name, "serve"))
		return command_services_serve(instance);
	if (!strcmp(command->name, "status"))
		return command_services_status(instance);
	if (!strcmp(command->name, "detach"))
		return command_services_detach(instance);
	return command_services_run(files[0], count > 1 ? files[1] : NULL);
}

static void print_failure(const char *code)
{
	json_t *line = failure_take_coded(code);

	json_dumpf(line, stderr, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', stderr);
	json_decref(line);
}

int services_main(const struct instance *instance, char **arguments, int count)
{
	const struct command *command = find(instance, arguments, count);

	if (!command) {
		print_failure("usage");
		return EXIT_USAGE;
	}
	if (!run(command, instance, arguments + 1, count - 1))
		return 0;
	print_failure("failed");
	return 1;
}
