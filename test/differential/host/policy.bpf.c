// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a generated file includes last when it is compiled for the host: runs its decisions against expectations.
 *
 * Standard input: a count and the bytes of struct subject, of the peers and of the table, then expectations up to the
 * end. The keys of an expectation all have one verdict: both ends are tried, and SAMPLES keys between.
 * Prints the number of decisions, the number of wrong ones, and the first wrong ones.
 */
#include <stdio.h>
#include <stdlib.h>

#define SAMPLES 96
#define SHOWN 5

struct expectation {
	__u32 peer; /* class */
	__u32 side;
	__u32 first, last; /* protocol << 16 | port */
	__u32 rule;
	__u32 action;
	__u32 logged;
};

static void *section(size_t *count, size_t size)
{
	__u32 bytes;
	void *data;

	if (fread(&bytes, sizeof(bytes), 1, stdin) != 1 || bytes % size)
		exit(3);
	data = calloc(1, bytes ? bytes : 1);
	if (bytes && fread(data, bytes, 1, stdin) != 1)
		exit(3);
	*count = bytes / size;
	return data;
}

static unsigned long decisions, wrong;

static void judge(const volatile struct subject *subject, const struct peer *peers, const struct expectation *e, __u32 key)
{
	struct flow flow = { .proto = key >> 16, .port = key & 0xffff };
	struct verdict got = e->side == SIDE_EGRESS ? decide_egress(subject, &peers[e->peer], &flow) :
						      decide_ingress(subject, &peers[e->peer], &flow);

	decisions++;
	if (got.rule == e->rule && got.action == e->action && got.logged == e->logged)
		return;
	if (wrong++ < SHOWN)
		printf("wrong: class %u side %u proto %u port %u: want rule %u action %u logged %u, got %u %u %u\n", e->peer,
		       e->side, flow.proto, flow.port, e->rule, e->action, e->logged, got.rule, got.action, got.logged);
}

int main(int argc, char **argv)
{
	size_t subjects, peers_count, steps;
	struct subject *subject = section(&subjects, sizeof(struct subject));
	struct peer *peers = section(&peers_count, sizeof(struct peer));
	struct expectation e;
	void *table;

	table = section(&steps, HOST_STEP_SIZE);
	host_table(table, steps);
	srand(argc > 1 ? atoi(argv[1]) : 1);
	while (fread(&e, sizeof(e), 1, stdin) == 1) {
		__u32 span = e.last - e.first;

		if (subjects != 1 || e.peer >= peers_count || e.last < e.first)
			return 3;
		judge(subject, peers, &e, e.first);
		if (span)
			judge(subject, peers, &e, e.last);
		for (int i = 0; span > 1 && i < SAMPLES; i++)
			judge(subject, peers, &e, e.first + 1 + (__u32)rand() % (span - 1));
	}
	printf("%lu decisions, %lu wrong\n", decisions, wrong);
	return wrong ? 1 : 0;
}
