// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* measure RUNS TO_POD FROM_POD LOGGED_TO_POD EVENTS LOGGED_EVENTS
 *
 * Nanoseconds a packet by BPF_PROG_TEST_RUN, for an empty program, the hand-written floor and installed polc programs, in
 * turn in one process: a JSON row for each subject and case, with the minimum and the median of RUNS runs. The arguments
 * are pins of two installed pods: the links of their dispatchers, where packets come in, and their rings.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT "10.0.0.5"
#define SERVER "10.1.0.9"
#define ALLOWED_PORT 8080
#define DENIED_PORT 81
#define PACKET_BYTES 64
#define RUNS_MAX 101

struct measurement {
	const char *subject, *name;
	int program;   /* what the prelude jumps to; -1: the empty program itself */
	bool fresh;    /* every packet is another flow */
	__u16 port;
	bool opening;  /* a SYN; else a packet of the established connection */
	__u32 repeat;
	__u32 took[RUNS_MAX];
	__u32 verdict;
};

struct prelude {
	int fresh, same, empty, subject;
};

static int by_value(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return x < y ? -1 : x > y;
}

static int ignore(void *context, void *data, size_t size)
{
	(void)context, (void)data, (void)size;
	return 0;
}

static int fail(const char *what)
{
	perror(what);
	exit(2);
}

static void segment(char *packet, const char *from, const char *to, __u16 source, __u16 destination, bool syn, bool ack)
{
	struct ethhdr *eth = (void *)packet;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	memset(packet, 0, PACKET_BYTES);
	eth->h_proto = htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons(PACKET_BYTES - ETH_HLEN);
	ip->saddr = inet_addr(from);
	ip->daddr = inet_addr(to);
	tcp->source = htons(source);
	tcp->dest = htons(destination);
	tcp->doff = 5;
	tcp->syn = syn;
	tcp->ack = ack;
}

static __u32 run(int program, char *packet, __u32 repeat, __u32 *verdict)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = PACKET_BYTES, .repeat = repeat);

	if (bpf_prog_test_run_opts(program, &options))
		fail("test run");
	*verdict = options.retval;
	return options.duration;
}

/* The connection that `established` measures: opened, answered, and spoken on. */
static void establish(int to_pod, int from_pod)
{
	char packet[PACKET_BYTES];
	__u32 verdict;

	segment(packet, CLIENT, SERVER, 40000, ALLOWED_PORT, true, false);
	run(to_pod, packet, 1, &verdict);
	segment(packet, SERVER, CLIENT, ALLOWED_PORT, 40000, true, true);
	if (from_pod >= 0)
		run(from_pod, packet, 1, &verdict);
	segment(packet, CLIENT, SERVER, 40000, ALLOWED_PORT, false, true);
	run(to_pod, packet, 1, &verdict);
}

static void measure(struct measurement *m, const struct prelude *prelude, int at)
{
	int entry = m->program < 0 ? prelude->empty : m->program;
	__u32 zero = 0, took;
	char packet[PACKET_BYTES];

	segment(packet, CLIENT, SERVER, 40000, m->port, m->opening, !m->opening);
	if (bpf_map_update_elem(prelude->subject, &zero, &entry, BPF_ANY))
		fail("prelude");
	took = run(m->fresh ? prelude->fresh : prelude->same, packet, m->repeat, &m->verdict);
	if (at >= 0)
		m->took[at] = took;
}

static struct bpf_object *load(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);

	if (!object || bpf_object__load(object))
		fail(path);
	return object;
}

static int program_of(struct bpf_object *object, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(object, name));
}

/* What a pinned link attaches. */
static int program_of_link(const char *pin)
{
	struct bpf_link_info info = {};
	__u32 length = sizeof(info);
	int link = bpf_obj_get(pin), program;

	if (link < 0 || bpf_obj_get_info_by_fd(link, &info, &length))
		return fail(pin);
	program = bpf_prog_get_fd_by_id(info.prog_id);
	return program < 0 ? fail(pin) : program;
}

static void print(struct measurement *m, int runs)
{
	qsort(m->took, runs, sizeof(*m->took), by_value);
	printf("{\"subject\":\"%s\",\"case\":\"%s\",\"min_ns\":%u,\"median_ns\":%u,\"runs\":%d,\"verdict\":%d}\n", m->subject,
	       m->name, m->took[0], m->took[runs / 2], runs, (int)m->verdict);
}

int main(int argc, char **argv)
{
	struct bpf_object *floor_object, *prelude_object;
	struct prelude prelude;
	struct ring_buffer *rings;
	int runs, quiet, logged, floor_quiet, floor_logged, from_pod;
	__u32 client = inet_addr(CLIENT), class = 7;

	if (argc != 7)
		return fprintf(stderr, "usage: measure RUNS TO_POD FROM_POD LOGGED_TO_POD EVENTS LOGGED_EVENTS\n"), 2;
	runs = atoi(argv[1]);
	if (runs < 1 || runs > RUNS_MAX)
		return fprintf(stderr, "measure: RUNS is 1 to %d\n", RUNS_MAX), 2;
	quiet = program_of_link(argv[2]);
	from_pod = program_of_link(argv[3]);
	logged = program_of_link(argv[4]);
	floor_object = load("floor.bpf.o");
	prelude_object = load("prelude.bpf.o");
	floor_quiet = program_of(floor_object, "floor_quiet");
	floor_logged = program_of(floor_object, "floor_logged");
	prelude = (struct prelude){
		.fresh = program_of(prelude_object, "fresh"),
		.same = program_of(prelude_object, "same"),
		.empty = program_of(prelude_object, "empty"),
		.subject = bpf_object__find_map_fd_by_name(prelude_object, "subject"),
	};
	bpf_map_update_elem(bpf_object__find_map_fd_by_name(floor_object, "classes"), &client, &class, BPF_ANY);
	rings = ring_buffer__new(bpf_object__find_map_fd_by_name(floor_object, "events"), ignore, NULL, NULL);
	if (!rings || ring_buffer__add(rings, bpf_obj_get(argv[5]), ignore, NULL) ||
	    ring_buffer__add(rings, bpf_obj_get(argv[6]), ignore, NULL))
		fail("rings");
	establish(floor_quiet, -1);
	establish(quiet, from_pod);

	struct measurement cases[] = {
		{ "empty", "empty", -1, false, ALLOWED_PORT, true, 1000000, {}, 0 },
		{ "empty", "empty_fresh", -1, true, ALLOWED_PORT, true, 1000000, {}, 0 },
		{ "floor", "established", floor_quiet, false, ALLOWED_PORT, false, 1000000, {}, 0 },
		{ "polc", "established", quiet, false, ALLOWED_PORT, false, 1000000, {}, 0 },
		{ "floor", "new", floor_quiet, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "polc", "new", quiet, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "floor", "new_event", floor_logged, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "polc", "new_event", logged, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "floor", "denied", floor_quiet, false, DENIED_PORT, true, 1000000, {}, 0 },
		{ "polc", "denied", quiet, false, DENIED_PORT, true, 1000000, {}, 0 },
		{ "floor", "denied_event", floor_logged, true, DENIED_PORT, true, 20000, {}, 0 },
		{ "polc", "denied_event", logged, true, DENIED_PORT, true, 20000, {}, 0 },
	};
	const int count = sizeof(cases) / sizeof(*cases);

	for (int at = -1; at < runs; at++)
		for (int i = 0; i < count; i++) {
			measure(&cases[i], &prelude, at);
			ring_buffer__consume(rings);
		}
	for (int i = 0; i < count; i++)
		print(&cases[i], runs);
	return 0;
}
