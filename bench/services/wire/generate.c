// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* generate ROUNDS SERVICES NAME=LINK,PODLINK...
 *
 * Nanoseconds for a packet to be sent into a node and to come out of it again, for nodes that take turns: each is at the other end
 * of LINK, of which everything comes back by LINK, and of PODLINK, where it has a pod. The kernel does all of a node's work
 * within the sender's system call, so its time is the time of the way. A batch of which a packet did not come back by the end of
 * the call does not count. Services are 10.96.x.y port 80 for pods and 10.112.x.y port 80 for clients outside, their
 * backends in 10.0.2.0/24; the node called "empty" has no services and is asked for a backend. A JSON row a node and case.
 */
#define _GNU_SOURCE
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"

#define BATCH 64
#define BATCHES 20 /* a round */
#define NODES_MAX 16
#define TRIES_MAX 20000
#define CLIENT 0xcb007107u	  /* 203.0.113.7 */
#define OPENING_CLIENTS 0x64400000u /* 100.64.0.0/10: each opening is from another address or port */
#define POD 0x0a000109u
#define CLUSTER_IPS 0x0a600001u
#define BALANCER_IPS 0x0a700001u
#define BACKEND 0x0a000201u

enum { OPENING, ESTABLISHED, CLUSTER_IP, CASES };
static const char *const CASE_NAMES[] = { "dsr_opening", "dsr_established", "clusterip_established" };

struct node {
	const char *name, *link;
	int socket[2]; /* towards its link, and as its pod */
	bool is_empty;
	struct segment flow[CASES];
	double *took[CASES];
	int count[CASES], lost[CASES];
};

static struct node nodes[NODES_MAX];
static int node_count, rounds;
static __u32 services, openings;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static int socket_on(const char *link, int protocol)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	address.sll_ifindex = if_nametoindex(link);
	if (fd < 0 || !address.sll_ifindex || bind(fd, (void *)&address, sizeof(address)))
		fail(link);
	return fd;
}

/* Frames that came to a link of this network namespace. */
static unsigned long received(const char *link)
{
	unsigned long packets = 0;
	char line[512], name[64];
	FILE *file = fopen("/proc/self/net/dev", "re");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, " %63[^:]: %*u %lu", name, &packets) == 2 && !strcmp(name, link))
			return fclose(file), packets;
	fprintf(stderr, "generate: no link %s\n", link);
	exit(2);
}

static __be32 service_address(const struct node *node, int kind, __u32 service)
{
	return htonl(node->is_empty ? BACKEND : (kind == CLUSTER_IP ? CLUSTER_IPS : BALANCER_IPS) + service);
}

static struct segment segment_of(const struct node *node, int kind, __u32 service)
{
	struct segment segment = { .to = { 2, 0, 0, 0, 0x0a, kind == CLUSTER_IP ? 2 : 1 } };

	segment.source = htonl(kind == CLUSTER_IP ? POD : CLIENT);
	segment.source_port = htons(40000);
	segment.dest = service_address(node, kind, service);
	segment.dest_port = htons(node->is_empty ? 8080 : 80);
	segment.sequence = 1000;
	return segment;
}

static void send_one(int fd, const struct segment *segment, int flags)
{
	unsigned char frame[FRAME_BYTES];

	frame_write(frame, segment, flags);
	if (send(fd, frame, sizeof(frame), 0) != sizeof(frame))
		fail("send");
}

/* Opens a flow as both of its ends: a SYN that comes out as plain IPv4 is answered by the way that it came. */
static void establish(struct node *node, int kind)
{
	struct segment *flow = &node->flow[kind], seen = {};
	int listener = socket_on(node->link, ETH_P_IP), fd = node->socket[kind == CLUSTER_IP];
	struct timeval patience = { .tv_usec = 300000 };
	unsigned char bytes[2048];
	int length;

	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	*flow = segment_of(node, kind, 0);
	send_one(fd, flow, FRAME_SYN);
	do
		length = recv(listener, bytes, sizeof(bytes), 0);
	while (length > 0 && (!frame_read(bytes, length, &seen) || seen.sequence != flow->sequence ||
			      (!node->is_empty && seen.dest == flow->dest)));
	if (length > 0) {
		struct segment answer = { .to = { 2, 0, 0, 0, 0x0a, 1 }, .source = seen.dest, .dest = seen.source };

		answer.source_port = seen.dest_port;
		answer.dest_port = seen.source_port;
		answer.sequence = 5000;
		answer.acknowledged = seen.sequence + 1;
		send_one(node->socket[0], &answer, FRAME_SYN | FRAME_ACK);
	}
	flow->sequence++;
	flow->acknowledged = 5001;
	send_one(fd, flow, FRAME_ACK);
	close(listener);
}

static void fill(const struct node *node, int kind, unsigned char frames[][FRAME_BYTES])
{
	for (int i = 0; i < BATCH; i++) {
		struct segment segment = node->flow[kind];

		if (kind == OPENING) {
			segment = segment_of(node, kind, openings % services);
			segment.source = htonl(OPENING_CLIENTS + openings / 20000);
			segment.source_port = htons(20000 + openings++ % 20000);
		}
		frame_write(frames[i], &segment, kind == OPENING ? FRAME_SYN : FRAME_ACK);
	}
}

static void batch(struct node *node, int kind)
{
	static unsigned char frames[BATCH][FRAME_BYTES];
	struct mmsghdr messages[BATCH] = {};
	struct iovec parts[BATCH];
	struct timespec from, to;
	unsigned long before;
	int sent;

	fill(node, kind, frames);
	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){ frames[i], FRAME_BYTES };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	before = received(node->link);
	clock_gettime(CLOCK_MONOTONIC, &from);
	sent = sendmmsg(node->socket[kind == CLUSTER_IP], messages, BATCH, 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	if (sent != BATCH || received(node->link) - before != BATCH) {
		node->lost[kind]++;
		usleep(1000);
		return;
	}
	node->took[kind][node->count[kind]++] = ((to.tv_sec - from.tv_sec) * 1e9 + to.tv_nsec - from.tv_nsec) / BATCH;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(struct node *node, int kind)
{
	int count = node->count[kind];
	double *took = node->took[kind];

	qsort(took, count, sizeof(*took), by_value);
	printf("{\"node\":\"%s\",\"case\":\"%s\",\"median_ns\":%.0f,\"min_ns\":%.0f,\"runs\":%d,\"lost\":%d}\n", node->name,
	       CASE_NAMES[kind], took[count / 2], took[0], count, node->lost[kind]);
}

static void add(char *words)
{
	struct node *node = &nodes[node_count++];
	char *link = strchr(words, '='), *pod = link ? strchr(link, ',') : NULL;

	if (!pod || node_count > NODES_MAX)
		exit((fprintf(stderr, "generate: NAME=LINK,PODLINK and not %s\n", words), 2));
	*link++ = *pod++ = 0;
	*node = (struct node){ .name = words, .link = link, .is_empty = !strcmp(words, "empty") };
	node->socket[0] = socket_on(link, 0);
	node->socket[1] = socket_on(pod, 0);
	for (int kind = 0; kind < CASES; kind++)
		if (!(node->took[kind] = calloc(rounds * BATCHES, sizeof(double))))
			fail("calloc");
	establish(node, ESTABLISHED);
	establish(node, CLUSTER_IP);
}

int main(int count, char **words)
{
	cpu_set_t one;

	if (count < 4)
		return fprintf(stderr, "usage: generate ROUNDS SERVICES NAME=LINK,PODLINK...\n"), 2;
	rounds = atoi(words[1]);
	services = atoi(words[2]);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	setpriority(PRIO_PROCESS, 0, -20); /* what else the machine does is not what is measured */
	for (int i = 3; i < count; i++)
		add(words[i]);
	for (int round = 0; round < rounds; round++)
		for (int kind = 0; kind < CASES; kind++)
			for (int i = 0; i < node_count; i++)
				for (int tries = 0; nodes[i].count[kind] < (round + 1) * BATCHES; tries++) {
					batch(&nodes[i], kind);
					if (tries == TRIES_MAX / rounds + BATCHES)
						exit((fprintf(stderr, "generate: packets of %s do not come back, %s\n",
							      nodes[i].name, CASE_NAMES[kind]), 2));
				}
	for (int i = 0; i < node_count; i++)
		for (int kind = 0; kind < CASES; kind++)
			print(&nodes[i], kind);
	return 0;
}
