// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* measure RUNS PINS IFINDEX LOGGED_PINS LOGGED_IFINDEX TABLE_PINS TABLE_IFINDEX
 *
 * Nanoseconds a packet by BPF_PROG_TEST_RUN, for an empty program, the hand-written floor and installed polc programs, in
 * turn in one process: a JSON row for each subject and case, with the minimum and the median of RUNS runs. The arguments
 * are three installed instances with a pod each, by the folder of their pins and the pod's interface, which is in this
 * network namespace: one as it is, one that logs, and one without specialised code.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"

#define CLIENT "10.0.0.5"
#define SERVER "10.1.0.9"
#define ALLOWED_PORT 8080
#define DENIED_PORT 81
#define PACKET_BYTES 64
#define RUNS_MAX 101

struct measurement {
	const char *subject, *name;
	int program;   /* what the prelude jumps to; -1: the empty program itself */
	__u32 ifindex; /* where the packet is; 0: it does not matter */
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

static __u32 run(int program, __u32 ifindex, char *packet, __u32 repeat, __u32 *verdict)
{
	struct __sk_buff context = { .ifindex = ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = PACKET_BYTES, .repeat = repeat,
		    .ctx_in = &context, .ctx_size_in = sizeof(context));

	if (bpf_prog_test_run_opts(program, &options))
		fail("test run");
	*verdict = options.retval;
	return options.duration;
}

/* The connection that `established` measures: opened, answered, and spoken on. */
static void establish(int to_pod, int from_pod, __u32 ifindex)
{
	char packet[PACKET_BYTES];
	__u32 verdict;

	segment(packet, CLIENT, SERVER, 40000, ALLOWED_PORT, true, false);
	run(to_pod, ifindex, packet, 1, &verdict);
	segment(packet, SERVER, CLIENT, ALLOWED_PORT, 40000, true, true);
	if (from_pod >= 0)
		run(from_pod, ifindex, packet, 1, &verdict);
	segment(packet, CLIENT, SERVER, 40000, ALLOWED_PORT, false, true);
	run(to_pod, ifindex, packet, 1, &verdict);
}

static void measure(struct measurement *m, const struct prelude *prelude, int at)
{
	int entry = m->program < 0 ? prelude->empty : m->program;
	__u32 zero = 0, took;
	char packet[PACKET_BYTES];

	segment(packet, CLIENT, SERVER, 40000, m->port, m->opening, !m->opening);
	if (bpf_map_update_elem(prelude->subject, &zero, &entry, BPF_ANY))
		fail("prelude");
	took = run(m->fresh ? prelude->fresh : prelude->same, m->ifindex, packet, m->repeat,
		   &m->verdict);
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

static int pinned(const char *pins, const char *format, ...)
{
	char name[128], path[512];
	va_list arguments;
	int fd;

	va_start(arguments, format);
	vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	snprintf(path, sizeof(path), "%s/%s", pins, name);
	fd = bpf_obj_get(path);
	return fd < 0 ? fail(path) : fd;
}

/* What a pinned link attaches. */
static int program_of_link(const char *pins, __u32 ifindex, const char *hook)
{
	struct bpf_link_info info = {};
	__u32 length = sizeof(info);
	int link = pinned(pins, "links/%u-%s", ifindex, hook), program;

	if (bpf_obj_get_info_by_fd(link, &info, &length))
		return fail("link");
	program = bpf_prog_get_fd_by_id(info.prog_id);
	return program < 0 ? fail("program of a link") : program;
}

struct installed {
	const char *pins;
	__u32 ifindex;
	int to_pod, from_pod, events;
};

/* The packets of a test run come from no interface, as the node's own do: here they count as others. */
static void be_no_node(const char *pins)
{
	int fd = pinned(pins, "layout2/control"), bank;
	struct control control;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(fd, &zero, &control))
		fail("control");
	for (bank = 0; bank < BANKS; bank++)
		control.settings[bank].local_ifindex = ~0u;
	if (bpf_map_update_elem(fd, &zero, &control, BPF_ANY))
		fail("control");
}

static struct installed installed(char **arguments)
{
	struct installed i = { .pins = arguments[0], .ifindex = atoi(arguments[1]) };

	be_no_node(i.pins);
	i.to_pod = program_of_link(i.pins, i.ifindex, "to_pod");
	i.from_pod = program_of_link(i.pins, i.ifindex, "from_pod");
	i.events = pinned(i.pins, "layout2/events");
	return i;
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
	struct installed quiet, logged, tables;
	int runs, floor_quiet, floor_logged;
	__u32 client = inet_addr(CLIENT), class = 7;

	if (argc != 8)
		return fprintf(stderr, "usage: measure RUNS PINS IFINDEX LOGGED_PINS LOGGED_IFINDEX TABLE_PINS TABLE_IFINDEX\n"), 2;
	runs = atoi(argv[1]);
	if (runs < 1 || runs > RUNS_MAX)
		return fprintf(stderr, "measure: RUNS is 1 to %d\n", RUNS_MAX), 2;
	quiet = installed(argv + 2);
	logged = installed(argv + 4);
	tables = installed(argv + 6);
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
	if (!rings || ring_buffer__add(rings, quiet.events, ignore, NULL) ||
	    ring_buffer__add(rings, logged.events, ignore, NULL) || ring_buffer__add(rings, tables.events, ignore, NULL))
		fail("rings");
	establish(floor_quiet, -1, 0);
	establish(quiet.to_pod, quiet.from_pod, quiet.ifindex);
	establish(tables.to_pod, tables.from_pod, tables.ifindex);

	struct measurement cases[] = {
		{ "empty", "empty", -1, 0, false, ALLOWED_PORT, true, 1000000, {}, 0 },
		{ "empty", "empty_fresh", -1, 0, true, ALLOWED_PORT, true, 1000000, {}, 0 },
		{ "floor", "established", floor_quiet, 0, false, ALLOWED_PORT, false, 1000000, {}, 0 },
		{ "polc", "established", quiet.to_pod, quiet.ifindex, false, ALLOWED_PORT, false, 1000000, {}, 0 },
		{ "floor", "new", floor_quiet, 0, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "polc", "new", quiet.to_pod, quiet.ifindex, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "polc_table", "new", tables.to_pod, tables.ifindex, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "floor", "new_event", floor_logged, 0, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "polc", "new_event", logged.to_pod, logged.ifindex, true, ALLOWED_PORT, true, 20000, {}, 0 },
		{ "floor", "denied", floor_quiet, 0, false, DENIED_PORT, true, 1000000, {}, 0 },
		{ "polc", "denied", quiet.to_pod, quiet.ifindex, false, DENIED_PORT, true, 1000000, {}, 0 },
		{ "polc_table", "denied", tables.to_pod, tables.ifindex, false, DENIED_PORT, true, 1000000, {}, 0 },
		{ "floor", "denied_event", floor_logged, 0, true, DENIED_PORT, true, 20000, {}, 0 },
		{ "polc", "denied_event", logged.to_pod, logged.ifindex, true, DENIED_PORT, true, 20000, {}, 0 },
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
