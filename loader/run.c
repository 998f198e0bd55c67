// SPDX-License-Identifier: Apache-2.0
/* run.c: judges given packets by a whole state, in the kernel but on no interface.
 *
 * One request a line, one answer a line, in order. Nothing is pinned; the maps are new and shared by the programs, as on
 * a node. The command stays on one CPU, for runs of denied packets are counted by CPU.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "commands.h"
#include "control.h"
#include "counter.h"
#include "elapse.h"
#include "failure.h"
#include "line_reader.h"
#include "node.h"
#include "request.h"
#include "requests.h"
#include "sources.h"
#include "test_pod.h"
#include "verdict_log.h"
#include "verified.h"

struct run {
	struct state state;
	struct node node;
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

	if (!event_known(event, size))
		return 0;
	if (event_of_run(event) && run->denied_count < DENIED_CELLS)
		run->denied_cells[run->denied_count++] = event->cell;
	count = event_count(event, reported_run(run->reported, run->cpus, event->cpu, event->cell));
	if (!count)
		return 0;
	if (run->printed++)
		putchar(',');
	event_print(stdout, event, count, run->wall_offset, NULL);
	return 0;
}

static __u64 lost_events(const struct run *run)
{
	int counters = run->node.maps.fd[MAP_counters];

	return counter_sum(counters, COUNT_LOST_RING) + counter_sum(counters, COUNT_LOST_BUDGET);
}

/* Clearing every cell would cost more than a thousand packets: those that events named are enough, if no event and no
 * place in the list was missing.
 */
static void forget_denied(struct run *run)
{
	char *zeros = calloc(run->cpus, sizeof(struct denied_run));
	__u64 lost = lost_events(run);
	bool all = lost != run->lost || run->denied_count == DENIED_CELLS;
	__u32 count = all ? DENIED_CELLS : run->denied_count, i;
	int cpu;

	for (i = 0; zeros && i < count; i++) {
		__u32 cell = all ? i : run->denied_cells[i];

		bpf_map_update_elem(run->node.maps.fd[MAP_denied], &cell, zeros, BPF_ANY);
		for (cpu = 0; cpu < run->cpus; cpu++)
			*reported_run(run->reported, run->cpus, cpu, cell) = (struct reported_run){ 0 };
	}
	for (i = 0; zeros && i <= run->node.maps.sizes.layout.subjects; i++)
		if (run->state.settings.deny_events_per_second || run->state.settings.allow_events_per_second)
			bpf_map_update_elem(run->node.maps.fd[MAP_budgets], &i, zeros, BPF_ANY);
	free(zeros);
	run->denied_count = 0;
	run->lost = lost;
}

static int program_of(const struct run *run, const struct request *request)
{
	const struct shell none = { .program = { -1, -1 } };

	return request->specialised ? tier_program(&run->node.tier, &none, request->subject, request->hook) :
				      run->node.shell.program[request->hook];
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

	if (request->fresh) {
		forget_connections(&run->node.maps);
		forget_denied(run);
	}
	if (request->age)
		elapse(&run->node.maps, request->age);
	if (test_pod_set(&run->node.maps, &run->node.banks, request)) {
		print_error("the pod cannot be set");
		return;
	}
	err = bpf_prog_test_run_opts(program_of(run, request), &options);
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
	int program = program_of(run, request);

	if (program < 0)
		print_error("the subject has no code of its own");
	else if (request->instructions)
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
		wrong = request_read(&request, line, length, run->node.maps.sizes.layout.subjects);
		if (wrong)
			print_error(wrong);
		else
			answer(run, &request);
	}
	line_reader_end(&lines);
	return got < 0 || fflush(stdout) ? fail_errno(errno, "cannot go on") : 0;
}

/* Both banks hold the state, and nothing was in force before it. */
static int write_banks(struct run *run)
{
	struct node *node = &run->node;
	int bank;

	for (bank = 0; bank < BANKS; bank++) {
		if (addresses_write(&node->maps, bank, &run->state))
			return -1;
		banks_write(&node->banks, bank, &run->state);
	}
	banks_switch(&node->banks, control_word(run->state.generation, 1));
	return 0;
}

/* What any pod is granted holds where all packets are judged. */
static int grant_sources(struct run *run)
{
	size_t i;

	for (i = 0; i < run->state.pod_count; i++) {
		struct state_pod pod = run->state.pods[i];

		pod.ifindex = TEST_POD_IFINDEX;
		if (sources_add(&run->node.maps, &pod))
			return -1;
	}
	return 0;
}

static int load_second_tier(struct run *run)
{
	struct node *node = &run->node;

	tier_enqueue(&node->tier, &run->state, &node->maps);
	while (tier_start(node))
		tier_end(node);
	if (!node->tier.failed)
		return 0;
	return fail(NULL, "%s", json_string_value(json_object_get(json_array_get(node->tier.failed, 0), "error")));
}

static int load(struct run *run, const char *state_path)
{
	struct node *node = &run->node;

	run->cpus = libbpf_num_possible_cpus();
	run->reported = calloc(1, reported_size(run->cpus));
	if (!run->reported)
		return fail(NULL, "out of memory");
	if (state_read(&run->state, state_path) || map_set_create(&node->maps, &run->state.sizes) ||
	    banks_open(&node->banks, &node->maps) || shell_load(&node->shell, &run->state, &node->maps, NULL, NULL) ||
	    write_banks(run) || grant_sources(run) || load_second_tier(run))
		return -1;
	run->ring = ring_buffer__new(node->maps.fd[MAP_events], on_record, run, NULL);
	return run->ring ? 0 : fail_errno(errno, "cannot read the ring of events");
}

int command_run(const char *state_path, const char *requests)
{
	int fd = requests_open(requests);
	static struct run run;
	int err;

	if (fd < 0)
		return -1;
	node_init(&run.node, NULL, ATTACH_AUTO);
	err = load(&run, state_path);
	if (!err)
		err = serve(&run, fd);
	ring_buffer__free(run.ring);
	node_close(&run.node);
	state_free(&run.state);
	free(run.reported);
	return err;
}
