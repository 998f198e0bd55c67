// SPDX-License-Identifier: Apache-2.0
/* services_serve.c: the resident loader of services. One state a line, a whole one first, then changes; one answer a line.
 *
 * A change is answered when it is in force. What is behind it is done before the next one, or while nothing else is asked for.
 * When standard input ends, or on a signal, all that is in force stays so.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "answer.h"
#include "failure.h"
#include "line_reader.h"
#include "release_memory.h"
#include "services.h"
#include "services_commands.h"

#define LOCK_SECONDS 60
#define NAME "standard input"

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

/* What is in force stays in hand until the new is. */
static int apply_whole(struct services *services, struct wanted *wanted)
{
	struct services fresh;

	services_init(&fresh, services->instance);
	if (services_whole(&fresh, wanted)) {
		services_close(&fresh);
		return -1;
	}
	services_close(services);
	*services = fresh;
	return 0;
}

/* Freeing a large state takes a while: the answer does not wait for that. */
static int answer_line(struct services *services, const char *line, size_t length)
{
	long long started = answer_clock_us();
	struct wanted wanted;
	int err;

	services_finish(services);
	err = wanted_parse(&wanted, NAME, line, length);
	if (!err)
		err = wanted.whole ? apply_whole(services, &wanted) : services_change(services, &wanted);
	err = answer_print(err ? failure_take_coded("failed") : services_answer(services, started));
	wanted_free(&wanted);
	return err;
}

/* Behind a whole state, while nothing is asked for. */
static void settle(struct services *services, struct line_reader *lines)
{
	bool large = services->unfinished && services->whole;

	services_finish(services);
	if (!large)
		return;
	line_reader_shrink(lines);
	release_memory();
}

static int wait_for_input(struct services *services, struct line_reader *lines, const sigset_t *open)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	const struct timespec now = { 0 };
	int ready = ppoll(&input, 1, &now, open);

	if (!ready && !ended) {
		settle(services, lines);
		ready = ppoll(&input, 1, NULL, open);
	}
	return ready < 0 && errno != EINTR ? fail_errno(errno, "cannot wait for standard input") : ready > 0;
}

static int serve(struct services *services, struct line_reader *lines, const sigset_t *open)
{
	const char *line;
	size_t length;
	int ready;

	while (!ended) {
		if (line_reader_take(lines, &line, &length)) {
			if (answer_line(services, line, length))
				return -1;
			continue;
		}
		if (lines->closed)
			break;
		ready = wait_for_input(services, lines, open);
		if (ready < 0)
			return -1;
		if (ready && line_reader_fill(lines))
			return fail_errno(errno, "cannot read standard input");
	}
	services_finish(services);
	return 0;
}

/* Signals are only taken while nothing is asked for. */
static void take_signals(sigset_t *open)
{
	struct sigaction on_end = { .sa_handler = end };
	sigset_t ending;

	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	sigprocmask(SIG_BLOCK, &ending, open);
	sigdelset(open, SIGTERM);
	sigdelset(open, SIGINT);
	sigaction(SIGTERM, &on_end, NULL);
	sigaction(SIGINT, &on_end, NULL);
}

int command_services_serve(const struct instance *instance)
{
	int lock = instance_lock(instance, "services.lock", LOCK_SECONDS, "another command changes these services"), err;
	struct services services;
	struct line_reader lines;
	sigset_t open;

	if (lock < 0)
		return -1;
	take_signals(&open);
	services_init(&services, instance);
	line_reader_start(&lines, STDIN_FILENO);
	err = serve(&services, &lines, &open);
	line_reader_end(&lines);
	services_close(&services);
	close(lock);
	return err;
}
