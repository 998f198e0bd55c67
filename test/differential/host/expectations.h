/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* expectations.h: runs decisions on the host against expectations, from standard input: what the decision needs, then
 * expectations up to the end. The keys of an expectation all have one verdict: both ends are tried, and SAMPLES keys between.
 * Prints the number of decisions, the number of wrong ones, and the first wrong ones.
 *
 * Who includes it defines
 *   void read_inputs(void)
 *   struct verdict decide(__u32 class, enum side side, const struct flow *flow)
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

static void read_inputs(void);
static struct verdict decide(__u32 class, enum side side, const struct flow *flow);

/* A count of bytes, and the bytes, which have to be whole values. */
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

static void judge(const struct expectation *e, __u32 key)
{
	struct flow flow = { .proto = key >> 16, .port = key & 0xffff };
	struct verdict got = decide(e->peer, e->side, &flow);

	decisions++;
	if (got.rule == e->rule && got.action == e->action && got.logged == e->logged)
		return;
	if (wrong++ < SHOWN)
		printf("wrong: class %u side %u proto %u port %u: want rule %u action %u logged %u, got %u %u %u\n", e->peer,
		       e->side, flow.proto, flow.port, e->rule, e->action, e->logged, got.rule, got.action, got.logged);
}

int main(int argc, char **argv)
{
	struct expectation e;

	read_inputs();
	srand(argc > 1 ? atoi(argv[1]) : 1);
	while (fread(&e, sizeof(e), 1, stdin) == 1) {
		__u32 span = e.last - e.first;

		if (e.last < e.first)
			return 3;
		judge(&e, e.first);
		if (span)
			judge(&e, e.last);
		for (int i = 0; span > 1 && i < SAMPLES; i++)
			judge(&e, e.first + 1 + (__u32)rand() % (span - 1));
	}
	printf("%lu decisions, %lu wrong\n", decisions, wrong);
	return wrong ? 1 : 0;
}
