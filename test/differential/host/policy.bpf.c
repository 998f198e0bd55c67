// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a generated file includes last when it is compiled for the host. Inputs: struct subject, and the peers by class. */
#include "expectations.h"

static struct subject *subject;
static struct peer *peers;
static size_t peers_count;

static void read_inputs(void)
{
	size_t subjects;

	subject = section(&subjects, sizeof(*subject));
	peers = section(&peers_count, sizeof(*peers));
	if (subjects != 1)
		exit(3);
}

static struct verdict decide(__u32 class, enum side side, const struct flow *flow)
{
	if (class >= peers_count)
		exit(3);
	return side == SIDE_EGRESS ? decide_egress(subject, &peers[class], flow) : decide_ingress(subject, &peers[class], flow);
}
