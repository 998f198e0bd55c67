// SPDX-License-Identifier: Apache-2.0
/* serve.c: the resident loader. One state a line, a whole one first, then deltas; one answer a line.
 *
 * A change is answered when it is in force. What is behind it is done while nothing else is asked for: the other bank, the
 * second tier, program by program, and twice a minute the connections that are over. When standard input ends, or on a
 * signal, all that is in force stays so.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "change.h"
#include "collect.h"
#include "commands.h"
#include "failure.h"
#include "line_reader.h"
#include "pods.h"

#define LOCK_SECONDS 60
#define NAME "standard input"

struct server {
	struct node node;
	struct state last; /* in force, but not in both banks yet */
	bool unfinished;
	bool specialising;
	long long collected_us;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

/* What fails here is a problem of the next answer: the change is in force. */
static void finish(struct server *s)
{
	if (!s->unfinished)
		return;
	if (change_finish(&s->node, &s->last))
		problem_of_failure(s->node.problems, "what was behind generation %u could not be cleared away",
				   s->last.generation);
	tier_enqueue(&s->node.tier, &s->last, &s->node.maps);
	tier_settle(&s->node, &s->last);
	s->specialising |= s->last.program_count || s->node.tier.failed;
	if (s->last.whole)
		shell_remove_others(&s->node.shell, s->node.instance, LAYOUT);
	state_free(&s->last);
	s->unfinished = false;
}

/* A whole state begins anew with what the kernel has, so that nothing is believed that another hand has changed. One that is
 * refused after the maps have moved leaves the pods of the one before it, without code of their own.
 */
static int apply_whole(struct server *s, struct state *state)
{
	struct node node;
	int err;

	node_init(&node, s->node.instance, s->node.mode);
	err = node_open(&node, state);
	if (!err && !node.upgraded)
		err = change_apply(&node, state);
	if (err && node.banks.control)
		node_undo(&node);
	if (err && !node.moved) {
		node_close(&node);
		return -1;
	}
	if (err) {
		node.roster = s->node.roster;
		s->node.roster = (struct roster){ 0 };
	}
	node_close(&s->node);
	s->node = node;
	return err;
}

static int apply_delta(struct server *s, struct state *state)
{
	if (node_check_generation(&s->node, state) || pods_find_interfaces(state, s->node.problems))
		return -1;
	return change_apply(&s->node, state);
}

static int apply_line(struct server *s, const char *line, size_t length)
{
	const struct map_sizes *sizes = node_generation(&s->node) ? &s->node.maps.sizes : NULL;
	struct state state;

	if (state_parse(&state, NAME, line, length, sizes) ||
	    (state.whole ? apply_whole(s, &state) : apply_delta(s, &state))) {
		state_free(&state);
		return -1;
	}
	s->last = state;
	s->unfinished = true;
	return 0;
}

static int answer_line(struct server *s, const char *line, size_t length)
{
	long long started = answer_clock_us();

	finish(s);
	if (apply_line(s, line, length)) {
		json_array_clear(s->node.problems);
		return answer_print(failure_take());
	}
	return answer_print(answer_in_force(&s->node, started));
}

/* What a thread made is put in force, and the next begun: after finish(), which says whether it is still wanted. */
static void specialise(struct server *s)
{
	struct tier *tier = &s->node.tier;
	struct pollfd done = { .fd = tier->done, .events = POLLIN };

	if (tier->job && poll(&done, 1, 0) > 0)
		tier_end(&s->node);
	if (!s->specialising || tier_start(&s->node))
		return;
	answer_print(tier_report(tier));
	s->specialising = false;
}

static void collect(struct server *s)
{
	if (!node_generation(&s->node) || answer_clock_us() - s->collected_us < COLLECT_SECONDS * 1000000LL)
		return;
	collect_expired(&s->node.maps);
	s->collected_us = answer_clock_us();
}

/* More than 0: there is something to read. Signals are only taken here, and when they have ended the command no more. */
static int wait_for_input(struct server *s, const sigset_t *open)
{
	struct pollfd events[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .events = POLLIN } };
	const struct timespec now = { 0 }, later = { .tv_sec = COLLECT_SECONDS };
	int ready = ppoll(events, 1, &now, open);

	collect(s);
	while (!ready && !ended) {
		finish(s);
		specialise(s);
		events[1].fd = s->node.tier.job ? s->node.tier.done : -1;
		ready = ppoll(events, 2, &later, open);
		if (ready > 0 && !events[0].revents)
			ready = 0;
		collect(s);
	}
	return ready < 0 && errno != EINTR ? fail_errno(errno, "cannot wait for standard input") : ready > 0;
}

static int serve(struct server *s, struct line_reader *lines, const sigset_t *open)
{
	const char *line;
	size_t length;
	int ready;

	while (!ended) {
		if (line_reader_take(lines, &line, &length)) {
			if (answer_line(s, line, length))
				return -1;
			continue;
		}
		if (lines->closed)
			break;
		ready = wait_for_input(s, open);
		if (ready < 0)
			return -1;
		if (ready && line_reader_fill(lines))
			return fail_errno(errno, "cannot read standard input");
	}
	finish(s);
	while (!ended && s->specialising) { /* who sent the last line may still read */
		if (s->node.tier.job)
			tier_end(&s->node);
		specialise(s);
	}
	return 0;
}

int command_serve(const struct instance *instance, enum attach_mode mode)
{
	int lock = instance_lock(instance, "apply.lock", LOCK_SECONDS, "another command changes this instance"), err;
	struct sigaction on_end = { .sa_handler = end };
	struct line_reader lines;
	struct server server = { 0 };
	sigset_t ending, open;

	if (lock < 0)
		return -1;
	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	sigprocmask(SIG_BLOCK, &ending, &open);
	sigdelset(&open, SIGTERM);
	sigdelset(&open, SIGINT);
	sigaction(SIGTERM, &on_end, NULL);
	sigaction(SIGINT, &on_end, NULL);
	server.collected_us = answer_clock_us();
	node_init(&server.node, instance, mode);
	line_reader_start(&lines, STDIN_FILENO);
	err = serve(&server, &lines, &open);
	line_reader_end(&lines);
	state_free(&server.last);
	node_close(&server.node);
	close(lock);
	return err;
}
