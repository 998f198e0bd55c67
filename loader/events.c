// SPDX-License-Identifier: Apache-2.0
/* events.c: the verdict log, one JSON line a record.
 *
 * Programs never wake their reader, so the ring is looked at ten times a second. Once a second the map `denied` is looked
 * at for runs that have ended: packets that were only counted and that no later packet of the flow will report. What was
 * reported is kept in /run/polc/NAME/reported, so that the next reader goes on where this one ended.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "counter.h"
#include "failure.h"
#include "reported.h"
#include "verdict_log.h"

#define TICK_NS 100000000L
#define TICKS_PER_SWEEP 10
#define SWEEP_BATCH 64
#define BATCH 8192 /* records between two looks at the clock and at signals */

struct reader {
	const struct instance *instance;
	int events, denied, counters;
	int cpus;
	struct flow_service flows;
	struct ring_buffer *ring;
	struct reported *reported;
	__s64 wall_offset;
	int batch;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void print_line(const struct reader *r, const struct event *event, __u64 count)
{
	struct asked_service service;
	bool asked = flow_service_find(&r->flows, event, &service);

	event_print(stdout, event, count, r->wall_offset, asked ? &service : NULL);
	putchar('\n');
}

static int on_record(void *context, void *data, size_t size)
{
	const struct event *event = data;
	struct reader *r = context;
	__u64 count;

	if (!event_known(event, size))
		return 0;
	count = event_count(event, reported_run(r->reported, r->cpus, event->cpu, event->cell));
	if (count)
		print_line(r, event, count);
	return ++r->batch >= BATCH || ended ? -EAGAIN : 0;
}

/* Reports a run whose window is over, or any if `all`. It is read twice: its program may be writing it. */
static void sweep_run(struct reader *r, __u32 cpu, __u32 cell, const struct denied_run *run, struct denied_run *again,
		      __u64 now, bool all)
{
	__u64 count;

	if (!run->window_ns || (!all && now - run->window_ns <= DENIED_WINDOW_NS))
		return;
	if (bpf_map_lookup_elem(r->denied, &cell, again) || memcmp(run, &again[cpu], sizeof(*run)))
		return;
	count = event_count(&run->event, reported_run(r->reported, r->cpus, cpu, cell));
	if (count)
		print_line(r, &run->event, count);
}

static __u64 now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* By batches: a call for each cell took half a percent of a core. */
static void sweep(struct reader *r, bool all)
{
	struct denied_run *runs = calloc((SWEEP_BATCH + 1) * r->cpus, sizeof(*runs));
	struct denied_run *again = runs ? runs + SWEEP_BATCH * r->cpus : NULL;
	__u32 cells[SWEEP_BATCH], at = 0, count, i;
	__u64 now = now_ns();
	bool first = true;
	int err = 0, cpu;

	while (runs && !err) {
		count = SWEEP_BATCH;
		err = bpf_map_lookup_batch(r->denied, first ? NULL : &at, &at, cells, runs, &count, NULL);
		first = false;
		if (err && errno != ENOENT) /* ENOENT: these are the last ones */
			break;
		for (i = 0; i < count; i++)
			for (cpu = 0; cpu < r->cpus; cpu++)
				sweep_run(r, cpu, cells[i], &runs[i * r->cpus + cpu], again, now, all);
	}
	free(runs);
}

/* What was lost since it was last said. */
static void report_lost(struct reader *r)
{
	static const enum counter lost[] = { COUNT_LOST_RING, COUNT_LOST_BUDGET, COUNT_CONNTRACK_FULL };
	const char *before = "{\"lost\":{";
	size_t i;

	for (i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		__u64 *said = &r->reported->counters[lost[i]], sum = counter_sum(r->counters, lost[i]);

		if (sum > *said) {
			printf("%s\"%s\":%" PRIu64, before, counter_name(lost[i]), (uint64_t)(sum - *said));
			before = ",";
		}
		*said = sum;
	}
	if (*before == ',')
		puts("}}");
}

/* Is the instance still the one that is read? */
static bool instance_is_same(const struct reader *r)
{
	struct bpf_map_info mine = { 0 }, named = { 0 };
	__u32 length = sizeof(mine);
	char path[PIN_PATH_MAX];
	bool same;
	int fd;

	instance_pin_path(r->instance, path, LAYOUT "/events");
	fd = bpf_obj_get(path);
	if (fd < 0)
		return false;
	same = !bpf_obj_get_info_by_fd(r->events, &mine, &length) && !bpf_obj_get_info_by_fd(fd, &named, &length) &&
	       mine.id == named.id;
	close(fd);
	return same;
}

/* True if there may be more. */
static bool drain(struct reader *r)
{
	r->batch = 0;
	r->wall_offset = wall_offset_ns();
	ring_buffer__consume(r->ring);
	return r->batch >= BATCH;
}

/* Waits a tick; false if the reader of our output has gone. */
static bool wait_tick(void)
{
	const struct timespec tick = { .tv_nsec = TICK_NS };
	struct pollfd output = { .fd = STDOUT_FILENO };

	if (ppoll(&output, 1, &tick, NULL) > 0)
		return !(output.revents & (POLLERR | POLLHUP | POLLNVAL));
	return true;
}

/* True if the instance's ring is another one: it is gone, or has moved into larger maps. */
static bool follow(struct reader *r)
{
	int ticks = 0;

	while (!ended) {
		bool more = drain(r);

		if (++ticks % TICKS_PER_SWEEP == 0) {
			sweep(r, false);
			report_lost(r);
			flow_service_open(&r->flows, r->instance);
			if (!instance_is_same(r))
				return true;
		}
		if (fflush(stdout) || (!more && !wait_tick()))
			break;
	}
	return false;
}

/* Everything, whatever windows are open. The ring is drained up to what is there now: more may keep coming. */
static void finish(struct reader *r)
{
	int batches = 0;

	ended = 0;
	while (drain(r) && ++batches < 4096)
		;
	sweep(r, true);
	report_lost(r);
	fflush(stdout);
}

static int open_map(const struct instance *instance, const char *name, size_t value_size, int *fd)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	char path[PIN_PATH_MAX];

	instance_pin_path(instance, path, LAYOUT "/%s", name);
	*fd = bpf_obj_get(path);
	if (*fd < 0)
		return fail("apply a state first, and run as root", "instance %s has no map %s: %s", instance->name,
			    name, strerror(errno));
	if (value_size && (bpf_obj_get_info_by_fd(*fd, &info, &length) || info.value_size != value_size))
		return fail("polc-loader and the bundle must be of the same version",
			    "the map %s has another layout than this loader's", name);
	return 0;
}

static int open_reader(struct reader *r)
{
	r->cpus = libbpf_num_possible_cpus();
	if (open_map(r->instance, "events", 0, &r->events) ||
	    open_map(r->instance, "denied", sizeof(struct denied_run), &r->denied) ||
	    open_map(r->instance, "counters", sizeof(__u64), &r->counters) ||
	    reported_open(r->instance, r->cpus, &r->reported))
		return -1;
	flow_service_open(&r->flows, r->instance);
	r->ring = ring_buffer__new(r->events, on_record, r, NULL);
	return r->ring ? 0 : fail_errno(errno, "cannot read the ring of events");
}

static void close_reader(struct reader *r)
{
	ring_buffer__free(r->ring);
	flow_service_close(&r->flows);
	close(r->events);
	close(r->denied);
	close(r->counters);
	munmap(r->reported, reported_size(r->cpus));
}

/* True if there may be another ring to read. */
static bool read_ring(struct reader *r, bool once)
{
	bool moved = !once && follow(r);

	finish(r);
	close_reader(r);
	return moved && instance_has(r->instance, LAYOUT "/events");
}

int command_events(const struct instance *instance, bool once)
{
	struct sigaction on_end = { .sa_handler = end };
	struct reader r = { .instance = instance, .flows = { -1, -1 } };
	int lock;

	if (!instance_exists(instance))
		return fail("apply a state first", "there is no instance %s", instance->name);
	lock = instance_lock(instance, "events.lock", 1, "another reader has the events of this instance");
	if (lock < 0 || open_reader(&r))
		return -1;
	sigaction(SIGTERM, &on_end, NULL);
	sigaction(SIGINT, &on_end, NULL);
	setvbuf(stdout, NULL, _IOFBF, 1 << 18);
	while (read_ring(&r, once))
		if (open_reader(&r))
			return -1;
	close(lock);
	return 0;
}
