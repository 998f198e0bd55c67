// SPDX-License-Identifier: Apache-2.0
/* run.c: judges given packets by a state's programs, in the kernel but on no interface.
 *
 * One request a line, one answer a line, in order. Nothing is pinned; the maps are new and shared by the programs, as on
 * a node. The command stays on one CPU, for runs of denied packets are counted by CPU.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "conntrack_types.h"
#include "failure.h"
#include "generation.h"
#include "line_reader.h"
#include "request.h"
#include "verdict_log.h"
#include "verified.h"

struct run {
	struct state state;
	struct map_set maps;
	struct generation generation;
	struct ring_buffer *ring;
	struct reported *reported;
	int cpus;
	__s64 wall_offset;
	int printed; /* events of the current answer */
	__u32 denied_cells[DENIED_CELLS]; /* that events have named since the last `fresh` */
	__u32 denied_count;
	__u64 lost; /* events, up to the last `fresh` */
};

static int on_record(void *context, void *data, size_t size)
{
	const struct event *event = data;
	struct run *run = context;
	__u64 count;

	if (size < sizeof(*event))
		return 0;
	if (event->verdict == EVENT_DENY && run->denied_count < DENIED_CELLS)
		run->denied_cells[run->denied_count++] = event->cell;
	count = event_count(event, reported_run(run->reported, run->cpus, event->cpu, event->cell));
	if (!count)
		return 0;
	if (run->printed++)
		putchar(',');
	event_print(stdout, event, count, run->wall_offset);
	return 0;
}

static void clear_hash(int fd)
{
	unsigned char key[64];

	if (fd < 0)
		return;
	while (!bpf_map_get_next_key(fd, NULL, key))
		if (bpf_map_delete_elem(fd, key))
			break;
}

static __u64 lost_events(const struct run *run)
{
	static const __u32 lost[] = { COUNT_LOST_RING, COUNT_LOST_BUDGET };
	__u64 *values = calloc(run->cpus, sizeof(*values)), sum = 0;
	size_t i;
	int cpu;

	for (i = 0; values && i < sizeof(lost) / sizeof(lost[0]); i++) {
		if (bpf_map_lookup_elem(run->maps.fd[MAP_COUNTERS], &lost[i], values))
			continue;
		for (cpu = 0; cpu < run->cpus; cpu++)
			sum += values[cpu];
	}
	free(values);
	return sum;
}

/* Clearing every cell would cost more than a thousand packets: those that events named are enough, if no event and no
 * place in the list was missing.
 */
static void forget_denied(struct run *run)
{
	char *zeros = calloc(run->cpus, sizeof(struct denied_run));
	__u64 lost = lost_events(run);
	bool all = lost != run->lost || run->denied_count == DENIED_CELLS;
	__u32 count = all ? DENIED_CELLS : run->denied_count, zero = 0, i;
	int cpu;

	for (i = 0; zeros && i < count; i++) {
		__u32 cell = all ? i : run->denied_cells[i];

		bpf_map_update_elem(run->maps.fd[MAP_DENIED], &cell, zeros, BPF_ANY);
		for (cpu = 0; cpu < run->cpus; cpu++)
			*reported_run(run->reported, run->cpus, cpu, cell) = (struct reported_run){ 0 };
	}
	if (zeros)
		bpf_map_update_elem(run->maps.fd[MAP_DENY_BUDGET], &zero, zeros, BPF_ANY);
	free(zeros);
	run->denied_count = 0;
	run->lost = lost;
}

/* As if no packet had ever come. */
static void forget(struct run *run)
{
	static const enum shared_map hashes[] = { MAP_ESTABLISHED4, MAP_ESTABLISHED6, MAP_HALF_OPEN4,
						  MAP_HALF_OPEN6,   MAP_FRAGMENTS4,   MAP_FRAGMENTS6 };
	size_t i;

	for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		clear_hash(run->maps.fd[hashes[i]]);
	forget_denied(run);
}

static void age_connections(int fd, __u32 ticks)
{
	unsigned char key[sizeof(union connection_key)], next[sizeof(key)];
	struct connection entry;
	bool more = !bpf_map_get_next_key(fd, NULL, next);

	while (more) {
		memcpy(key, next, sizeof(key));
		more = !bpf_map_get_next_key(fd, key, next);
		if (bpf_map_lookup_elem(fd, key, &entry))
			continue;
		entry.seen -= ticks;
		bpf_map_update_elem(fd, key, &entry, BPF_EXIST);
	}
}

static void age_fragments(int fd, __u32 ticks)
{
	unsigned char key[sizeof(struct fragment6)], next[sizeof(key)];
	struct fragment_pass pass;
	bool more = !bpf_map_get_next_key(fd, NULL, next);
	int hook;

	while (more) {
		memcpy(key, next, sizeof(key));
		more = !bpf_map_get_next_key(fd, key, next);
		if (bpf_map_lookup_elem(fd, key, &pass))
			continue;
		for (hook = 0; hook < HOOKS; hook++)
			pass.seen[hook] -= pass.seen[hook] ? ticks : 0;
		bpf_map_update_elem(fd, key, &pass, BPF_EXIST);
	}
}

/* As if time had passed: the programs know it only by the difference to what an entry says. */
static void age(struct run *run, __u32 ticks)
{
	static const enum shared_map connections[] = { MAP_ESTABLISHED4, MAP_ESTABLISHED6, MAP_HALF_OPEN4, MAP_HALF_OPEN6 };
	static const enum shared_map fragments[] = { MAP_FRAGMENTS4, MAP_FRAGMENTS6 };
	size_t i;

	for (i = 0; i < sizeof(connections) / sizeof(connections[0]); i++)
		if (run->maps.fd[connections[i]] >= 0)
			age_connections(run->maps.fd[connections[i]], ticks);
	for (i = 0; i < sizeof(fragments) / sizeof(fragments[0]); i++)
		if (run->maps.fd[fragments[i]] >= 0)
			age_fragments(run->maps.fd[fragments[i]], ticks);
}

static void print_error(const char *what)
{
	printf("{\"error\":\"%s\",\"events\":[]}\n", what);
}

static void judge(struct run *run, const struct request *request)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = request->packet, .data_size_in = request->size,
		    .repeat = request->repeat);
	int err;

	if (request->fresh)
		forget(run);
	if (request->age)
		age(run, request->age);
	err = bpf_prog_test_run_opts(run->generation.policies[request->program].program[request->hook], &options);
	if (err) {
		print_error(strerror(-err));
		return;
	}
	if (options.retval != 2 /* TC_ACT_SHOT */ && (int)options.retval != -1 /* TC_ACT_UNSPEC */ && options.retval) {
		print_error("the program answers neither pass nor drop");
		return;
	}
	printf("{\"verdict\":\"%s\",\"events\":[", options.retval == 2 ? "drop" : "pass");
	run->printed = 0;
	run->wall_offset = wall_offset_ns();
	if (run->ring)
		ring_buffer__consume(run->ring);
	printf("],\"ns\":%u}\n", options.duration);
}

static void answer(struct run *run, const struct request *request)
{
	int program = run->generation.policies[request->program].program[request->hook];

	if (request->instructions)
		printf("{\"instructions\":%lld}\n", verified_instructions(program));
	else
		judge(run, request);
}

static int serve(struct run *run, int fd)
{
	static struct request request;
	struct line_reader lines;
	const char *line, *wrong;
	size_t length;
	int got;

	line_reader_start(&lines, fd);
	while ((got = line_reader_next(&lines, &line, &length)) > 0) {
		wrong = request_read(&request, line, length, run->generation.count);
		if (wrong)
			print_error(wrong);
		else
			answer(run, &request);
	}
	line_reader_end(&lines);
	return got < 0 || fflush(stdout) ? fail_errno(errno, "cannot go on") : 0;
}

static void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int load(struct run *run, const char *state_path)
{
	map_set_open(&run->maps, NULL);
	run->cpus = libbpf_num_possible_cpus();
	run->reported = calloc(1, reported_size(run->cpus));
	if (!run->reported)
		return fail(NULL, "out of memory");
	if (state_read(&run->state, state_path) || generation_load(&run->generation, &run->state, &run->maps))
		return -1;
	if (run->maps.fd[MAP_EVENTS] < 0)
		return 0;
	run->ring = ring_buffer__new(run->maps.fd[MAP_EVENTS], on_record, run, NULL);
	return run->ring ? 0 : fail_errno(errno, "cannot read the ring of events");
}

int command_run(const char *state_path, const char *requests)
{
	int fd = requests ? open(requests, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	static struct run run;
	int err;

	if (fd < 0)
		return fail_errno(errno, "cannot open %s", requests);
	stay_on_this_cpu();
	setvbuf(stdout, NULL, _IOFBF, 1 << 18);
	err = load(&run, state_path);
	if (!err)
		err = serve(&run, fd);
	ring_buffer__free(run.ring);
	generation_free(&run.generation);
	map_set_close(&run.maps);
	state_free(&run.state);
	free(run.reported);
	return err;
}
