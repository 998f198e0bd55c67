// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* measure ROUNDS SERVICES IFINDEX MODE=PID...
 *
 * Nanoseconds a packet by BPF_PROG_TEST_RUN for the empty program, the hand-written balancer and polc's programs, which are the
 * ones that the `polc-loader services run` of each PID has loaded. All take turns in one process. A prelude
 * makes the packet anew before each run (prelude.h), and jumps to the program. The services are 10.96.x.y port 80, the client is 203.0.113.7. A JSON row a case.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "floor_abi.h"

#define PACKETS_SAME 100000
#define PACKETS_FRESH 5000 /* all flows of a measurement have room in the tables */
#define ROUNDS_MAX 101
#define CASES_MAX 64
#define CLIENT 0xcb007107u
#define POD 0x0a000109u
#define SERVICES_BASE 0x0a600000u

enum flow_kind { ESTABLISHED, OPENING, NOTHING, NOTHING_FRESH };

/* What jumps to a subject, of XDP and of tc. */
struct prelude {
	int same, fresh, subject, templates;
};

struct measured {
	const char *subject, *name, *mode, *hook, *fib;
	int program;
	enum flow_kind kind;
	bool tc;
	bool from_pod;
	__u32 took[ROUNDS_MAX];
	int verdict;
};

static struct measured cases[CASES_MAX];
static int case_count;
static struct prelude preludes[2];
static __u32 services, ifindex;

static int fail(const char *what)
{
	perror(what);
	exit(2);
}

static int by_value(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return x < y ? -1 : x > y;
}

static __u16 folded(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static __u32 sum_words(const void *from, int bytes)
{
	const __u16 *words = from;
	__u32 sum = 0;

	for (int i = 0; i < bytes / 2; i++)
		sum += words[i];
	return sum;
}

static void segment(unsigned char *packet, __u32 from, __u32 service, __u16 port, bool opens)
{
	struct ethhdr *eth = (void *)packet;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	__u32 length = PACKET_BYTES - sizeof(*eth);

	memset(packet, 0, PACKET_BYTES);
	eth->h_proto = htons(ETH_P_IP);
	eth->h_dest[0] = eth->h_source[0] = 2;
	*ip = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP, .tot_len = htons(length) };
	ip->frag_off = htons(0x4000);
	ip->saddr = htonl(from);
	ip->daddr = htonl(SERVICES_BASE + 1 + service);
	ip->check = folded(sum_words(ip, sizeof(*ip)));
	*tcp = (struct tcphdr){ .doff = 5, .syn = opens, .ack = !opens, .window = htons(512) };
	tcp->source = htons(port);
	tcp->dest = htons(80);
	tcp->check = folded(sum_words(tcp, length - sizeof(*ip)) + sum_words(&ip->saddr, 8) + htons(IPPROTO_TCP) +
			    htons(length - sizeof(*ip)));
}

static __u32 run(struct measured *m, int program, unsigned char *packet, __u32 repeat)
{
	struct __sk_buff skb = { .ifindex = ifindex };
	struct xdp_md xdp = { .data_end = PACKET_BYTES, .ingress_ifindex = ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = PACKET_BYTES, .repeat = repeat);

	options.ctx_in = m->tc ? (void *)&skb : (void *)&xdp;
	options.ctx_size_in = m->tc ? sizeof(skb) : sizeof(xdp);
	if (bpf_prog_test_run_opts(program, &options))
		fail("test run");
	m->verdict = options.retval;
	return options.duration;
}

/* An opening is of another flow each time, and of another service; an established flow is one. */
static void measure(struct measured *m, int round)
{
	struct prelude *prelude = &preludes[m->tc];
	bool fresh = m->kind == OPENING || m->kind == NOTHING_FRESH;
	__u32 zero = 0, from = m->from_pod ? POD : CLIENT, took;
	struct floor_template template = { .client = from, .first_service = SERVICES_BASE + 1, .services = services };

	segment(template.bytes, from, 0, 40000, true);
	if (bpf_map_update_elem(prelude->subject, &zero, &m->program, BPF_ANY))
		fail("prelude");
	if (m->kind == ESTABLISHED) {
		bpf_map_update_elem(prelude->templates, &zero, &template, BPF_ANY);
		run(m, prelude->same, template.bytes, 1);
		segment(template.bytes, from, 0, 40000, false);
	}
	bpf_map_update_elem(prelude->templates, &zero, &template, BPF_ANY);
	took = run(m, fresh ? prelude->fresh : prelude->same, template.bytes, fresh ? PACKETS_FRESH : PACKETS_SAME);
	if (round >= 0)
		m->took[round] = took;
}

static void add(struct measured m)
{
	if (case_count == CASES_MAX || m.program < 0)
		exit((fprintf(stderr, "measure: no program for %s %s\n", m.subject, m.hook), 2));
	cases[case_count++] = m;
}

/* The values of an array that is mapped: a million system calls take longer than what is measured. */
static void *values_of(struct bpf_object *object, const char *name, size_t size)
{
	void *values = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_object__find_map_fd_by_name(object, name), 0);

	if (values == MAP_FAILED)
		fail(name);
	return values;
}

static size_t rounded(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

/* Each service has a ring and backends of its own. */
static void fill_backends(struct bpf_object *object)
{
	size_t ring_size = rounded(sizeof(struct floor_ring)), real_size = rounded(sizeof(__be32));
	size_t rings_size = ring_size * services, reals_size = real_size * FLOOR_BACKENDS * services;
	char *rings = values_of(object, "rings", rings_size), *reals = values_of(object, "reals", reals_size);

	for (__u32 i = 0; i < services; i++) {
		struct floor_ring *ring = (void *)(rings + i * ring_size);

		for (__u32 place = 0; place < FLOOR_RING; place++)
			ring->places[place] = place * 7919 % FLOOR_BACKENDS;
	}
	for (__u32 i = 0; i < FLOOR_BACKENDS * services; i++)
		*(__be32 *)(reals + i * real_size) = htonl(0x0a000200 + i % FLOOR_BACKENDS + 1);
	munmap(rings, rings_size);
	munmap(reals, reals_size);
}

static void fill_floor(struct bpf_object *object)
{
	struct floor_hop hop = { { 2, 0, 0, 0, 11, 2 }, { 2, 0, 0, 0, 0, 10 }, htonl(0xc0a80001), ifindex };
	int vips = bpf_object__find_map_fd_by_name(object, "vips"), hops = bpf_object__find_map_fd_by_name(object, "hops");
	__u32 zero = 0;

	for (__u32 i = 0; i < services; i++) {
		struct floor_vip vip = { htonl(SERVICES_BASE + 1 + i), htons(80), IPPROTO_TCP };

		if (bpf_map_update_elem(vips, &vip, &i, BPF_ANY))
			fail("vips");
	}
	fill_backends(object);
	if (bpf_map_update_elem(hops, &zero, &hop, BPF_ANY))
		fail("hops");
}

static int program_in(struct bpf_object *object, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(object, name));
}

static void add_floor(const char *path, bool tc)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	const char *hook = tc ? "tc" : "xdp";

	if (!object || bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "rings"), services) ||
	    bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "reals"), services * FLOOR_BACKENDS) ||
	    bpf_object__load(object))
		fail(path);
	fill_floor(object);
	preludes[tc] = (struct prelude){
		.same = program_in(object, "prelude_same"),
		.fresh = program_in(object, "prelude_fresh"),
		.subject = bpf_object__find_map_fd_by_name(object, "subject"),
		.templates = bpf_object__find_map_fd_by_name(object, "templates"),
	};
	add((struct measured){ "empty", "dsr_established", "ipip", hook, NULL, program_in(object, "floor_empty"), NOTHING, tc, false, {}, 0 });
	add((struct measured){ "empty", "dsr_opening", "ipip", hook, NULL, program_in(object, "floor_empty"), NOTHING_FRESH, tc, false, {}, 0 });
	for (int kind = ESTABLISHED; kind <= OPENING; kind++) {
		const char *name = kind == OPENING ? "dsr_opening" : "dsr_established";

		add((struct measured){ "floor", name, "ipip", hook, "in", program_in(object, "floor_fib"), kind, tc, false, {}, 0 });
		add((struct measured){ "floor", name, "ipip", hook, "out", program_in(object, "floor_map"), kind, tc, false, {}, 0 });
		if (kind != OPENING)
			continue;
		add((struct measured){ "floor_shared", name, "ipip", hook, "in", program_in(object, "floor_fib_shared"), kind, tc, false, {}, 0 });
		add((struct measured){ "floor_shared", name, "ipip", hook, "out", program_in(object, "floor_map_shared"), kind, tc, false, {}, 0 });
	}
}

/* The program of this type and name that a process has. */
static int program_of(const char *pid, __u32 type, const char *name)
{
	char path[64], file[320], line[128];
	struct dirent *entry;
	DIR *directory;
	int found = -1;

	snprintf(path, sizeof(path), "/proc/%s/fdinfo", pid);
	directory = opendir(path);
	if (!directory)
		fail(path);
	while (found < 0 && (entry = readdir(directory))) {
		struct bpf_prog_info info = {};
		__u32 length = sizeof(info), id = 0;
		FILE *text;
		int fd;

		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		text = fopen(file, "r");
		while (text && fgets(line, sizeof(line), text))
			sscanf(line, "prog_id: %u", &id);
		if (text)
			fclose(text);
		fd = id ? bpf_prog_get_fd_by_id(id) : -1;
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &length) && info.type == type && !strcmp(info.name, name))
			found = fd;
	}
	closedir(directory);
	return found;
}

static void add_polc(const char *mode, const char *pid)
{
	for (int tc = 0; tc <= 1; tc++) {
		int program = program_of(pid, tc ? BPF_PROG_TYPE_SCHED_CLS : BPF_PROG_TYPE_XDP, "from_link");

		for (int kind = ESTABLISHED; kind <= OPENING; kind++)
			add((struct measured){ "polc", kind == OPENING ? "dsr_opening" : "dsr_established", mode, tc ? "tc" : "xdp", NULL,
					       program, kind, tc, false, {}, 0 });
	}
	/* What a service adds to an established packet: its program alone. Policy's follows it in the chain and judges the packet
	 * as it is then, at the price of any established one (`established` of bench/dataplane).
	 */
	if (!strcmp(mode, "ipip"))
		add((struct measured){ "polc", "clusterip_established", mode, "tc", NULL,
				       program_of(pid, BPF_PROG_TYPE_SCHED_CLS, "from_pod"), ESTABLISHED, true, true, {}, 0 });
}

static void print(struct measured *m, int rounds)
{
	qsort(m->took, rounds, sizeof(*m->took), by_value);
	printf("{\"subject\":\"%s\",\"case\":\"%s\",\"mode\":\"%s\",\"hook\":\"%s\",", m->subject, m->name, m->mode, m->hook);
	if (m->fib)
		printf("\"fib\":\"%s\",", m->fib);
	printf("\"median_ns\":%u,\"min_ns\":%u,\"runs\":%d,\"verdict\":%d}\n", m->took[rounds / 2], m->took[0], rounds, m->verdict);
}

/* Caches and flows of a CPU. */
static void stay(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	int rounds;

	if (argc < 4)
		return fprintf(stderr, "usage: measure ROUNDS SERVICES IFINDEX MODE=PID...\n"), 2;
	rounds = atoi(argv[1]);
	services = atoi(argv[2]);
	ifindex = atoi(argv[3]);
	if (rounds < 1 || rounds > ROUNDS_MAX || !services)
		return fprintf(stderr, "measure: ROUNDS is 1 to %d\n", ROUNDS_MAX), 2;
	stay();
	add_floor("floor_xdp.bpf.o", false);
	add_floor("floor_tc.bpf.o", true);
	for (int i = 4; i < argc; i++) {
		char *pid = strchr(argv[i], '=');

		if (!pid)
			return fprintf(stderr, "measure: %s is not MODE=PID\n", argv[i]), 2;
		*pid++ = 0;
		add_polc(argv[i], pid);
	}
	for (int round = -1; round < rounds; round++)
		for (int i = 0; i < case_count; i++)
			measure(&cases[i], round);
	for (int i = 0; i < case_count; i++)
		print(&cases[i], rounds);
	return 0;
}
