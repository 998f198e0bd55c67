// SPDX-License-Identifier: Apache-2.0
/* main.c: polc-loader's command line. Results are JSON on standard output, failures one JSON line on standard error. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "capabilities.h"
#include "commands.h"
#include "failure.h"
#include "kernel_floor.h"
#include "kernel_log.h"
#include "linkage.h"
#include "services/services_main.h"
#include "state.h"

#define EXIT_USAGE 2

static const char usage[] =
	"polc-loader apply --instance NAME [--attach auto|tcx|clsact] STATE.json   make this the node's state\n"
	"polc-loader serve --instance NAME [--attach auto|tcx|clsact]              states and changes from standard input\n"
	"polc-loader hold --instance NAME INTERFACE[=ADDRESS,...]...               close pods that are not described yet\n"
	"polc-loader collect --instance NAME                                       forget connections that are over\n"
	"polc-loader status --instance NAME                                        what is in force\n"
	"polc-loader detach --instance NAME                                        take everything away\n"
	"polc-loader events --instance NAME [--once]                               verdicts, one JSON line each\n"
	"polc-loader run STATE.json [REQUESTS]                                     judge packets, on no interface\n"
	"polc-loader check                                                         whether programs could be loaded here\n"
	"polc-loader --version                                                     the libraries, and how they are linked\n";

static const char options_usage[] =
	"  -v, --verbose   libbpf's own output on standard error\n";

struct arguments {
	const char *command;
	const char *instance;
	char **file; /* what follows the command */
	int files;
	enum attach_mode mode;
	bool once, verbose, help, version;
};

static int parse_mode(const char *name, enum attach_mode *mode)
{
	int m;

	for (m = ATTACH_AUTO; m <= ATTACH_CLSACT; m++) {
		if (!strcmp(name, attach_mode_name(m))) {
			*mode = m;
			return 0;
		}
	}
	return fail(NULL, "--attach is auto, tcx or clsact, not %s", name);
}

static int parse_option(int option, struct arguments *arguments)
{
	switch (option) {
	case 'i':
		arguments->instance = optarg;
		return 0;
	case 'a':
		return parse_mode(optarg, &arguments->mode);
	case 'o':
		arguments->once = true;
		return 0;
	case 'f':
		return 0; /* events follow unless --once is given */
	case 'v':
		arguments->verbose = true;
		return 0;
	case 'h':
		arguments->help = true;
		return 0;
	case 'V':
		arguments->version = true;
		return 0;
	default:
		return fail("polc-loader --help lists them", "unknown option, or an option without its value");
	}
}

static int parse(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{ "instance", required_argument, NULL, 'i' }, { "attach", required_argument, NULL, 'a' },
		{ "once", no_argument, NULL, 'o' },	      { "follow", no_argument, NULL, 'f' },
		{ "verbose", no_argument, NULL, 'v' },	      { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },	      { 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "vh", options, NULL)) != -1)
		if (parse_option(option, arguments))
			return -1;
	if (arguments->help || arguments->version)
		return 0;
	if (optind == argc)
		return fail("polc-loader --help lists them", "no command");
	arguments->command = argv[optind++];
	arguments->file = argv + optind;
	arguments->files = argc - optind;
	return 0;
}

/* What each command takes, and whether it is about an instance. */
static int check(const struct arguments *arguments)
{
	static const struct {
		const char *command, *takes;
		int min, max;
		bool instance;
	} commands[] = { { "apply", "a state file", 1, 1, true },
			 { "serve", "no file", 0, 0, true },
			 { "hold", "interfaces", 1, 4096, true },
			 { "collect", "no file", 0, 0, true },
			 { "status", "no file", 0, 0, true },
			 { "detach", "no file", 0, 0, true },
			 { "events", "no file", 0, 0, true },
			 { "run", "a state file, and perhaps a file of requests", 1, 2, false },
			 { "check", "no file", 0, 0, false },
			 { "services", "a command of its own", 0, 16, false } };
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].command, arguments->command))
			continue;
		if (arguments->files < commands[i].min || arguments->files > commands[i].max)
			return fail(NULL, "%s takes %s", arguments->command, commands[i].takes);
		if (commands[i].instance && !arguments->instance)
			return fail(NULL, "%s needs --instance NAME", arguments->command);
		return 0;
	}
	return fail("polc-loader --help lists them", "unknown command %s", arguments->command);
}

/* What is not enforced can be looked at and taken away on any kernel. */
static bool loads_programs(const char *command)
{
	static const char *const loading[] = { "apply", "serve", "hold", "run", "check" };
	size_t i;

	for (i = 0; i < sizeof(loading) / sizeof(loading[0]); i++)
		if (!strcmp(command, loading[i]))
			return true;
	return false;
}

static int dispatch_command(const struct arguments *arguments, const struct instance *instance)
{
	if (!strcmp(arguments->command, "apply"))
		return command_apply(instance, arguments->file[0], arguments->mode);
	if (!strcmp(arguments->command, "serve"))
		return command_serve(instance, arguments->mode);
	if (!strcmp(arguments->command, "hold"))
		return command_hold(instance, arguments->file, arguments->files, arguments->mode);
	if (!strcmp(arguments->command, "collect"))
		return command_collect(instance);
	if (!strcmp(arguments->command, "status"))
		return command_status(instance);
	if (!strcmp(arguments->command, "detach"))
		return command_detach(instance);
	if (!strcmp(arguments->command, "events"))
		return command_events(instance, arguments->once);
	if (!strcmp(arguments->command, "check"))
		return command_check();
	return command_run(arguments->file[0], arguments->files > 1 ? arguments->file[1] : NULL);
}

static int print_version(void)
{
	json_t *version = linkage_json();

	/* What polc may hand it, and what it pins. */
	json_object_set_new(version, "state", json_integer(STATE_VERSION));
	json_object_set_new(version, "layout", json_integer(LAYOUT_VERSION));
	json_dumpf(version, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(version);
	return 0;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct instance instance = { 0 };

	signal(SIGPIPE, SIG_IGN);
	if (parse(argc, argv, &arguments) || (arguments.command && check(&arguments)) ||
	    (arguments.instance && instance_init(&instance, arguments.instance))) {
		failure_print();
		return EXIT_USAGE;
	}
	if (arguments.help) {
		printf("%s%s%s", usage, services_usage, options_usage);
		return 0;
	}
	if (arguments.version)
		return print_version();
	kernel_log_start(arguments.verbose);
	if (!strcmp(arguments.command, "services"))
		return services_main(&instance, arguments.file, arguments.files);
	if ((loads_programs(arguments.command) && kernel_floor_check()) || capabilities_check() ||
	    dispatch_command(&arguments, &instance)) {
		failure_print();
		return 1;
	}
	return 0;
}
