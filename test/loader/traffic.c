// SPDX-License-Identifier: Apache-2.0
/* traffic.c: datagrams between pods and their node, for tests of the loader.
 *
 *   traffic NODE_NETNS POD_NETNS...     pod i (from 0) has 10.99.i.2, the node has 10.99.i.1 towards it
 *
 * Commands on standard input, one answer line each:
 *   probe                  two digits a pod: does a datagram from the pod arrive, does one to the pod?
 *   stream                 datagrams both ways until the next line; "SENT RECEIVED"
 *   burst POD COUNT PORT   COUNT datagrams from this pod to this port of the node, whether or not they arrive; "ok"
 *
 * After its datagrams it sends a sentinel to port 7001, which always passes: when that arrives, so has all else.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DATA_PORT 7000
#define SENTINEL_PORT 7001
#define PODS_MAX 64

struct end {
	int data, sentinel;
	struct in_addr address;
};

struct pod {
	struct end pod, node;
};

static struct pod pods[PODS_MAX];
static int pod_count;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void enter(const char *netns)
{
	int fd = open(netns, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(netns);
	close(fd);
}

static struct sockaddr_in to(struct in_addr address, int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = address };
}

static int bound(struct in_addr address, int port)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), bytes = 1 << 24;
	struct sockaddr_in here = to(address, port);

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)))
		die("bind");
	return fd;
}

static struct end make_end(const char *format, int i)
{
	struct end end;
	char text[32];

	snprintf(text, sizeof(text), format, i);
	inet_pton(AF_INET, text, &end.address);
	end.data = bound(end.address, DATA_PORT);
	end.sentinel = bound(end.address, SENTINEL_PORT);
	return end;
}

static void send_to(int fd, struct in_addr address, int port)
{
	struct sockaddr_in there = to(address, port);

	sendto(fd, "x", 1, 0, (struct sockaddr *)&there, sizeof(there));
}

static int receive(int fd)
{
	char buffer[16];
	int got = 0;

	while (recv(fd, buffer, sizeof(buffer), 0) > 0)
		got++;
	return got;
}

static void settle(const struct end *from, const struct end *end)
{
	struct pollfd poll_fd = { .fd = end->sentinel, .events = POLLIN };

	send_to(from->sentinel, end->address, SENTINEL_PORT);
	if (poll(&poll_fd, 1, 10000) != 1) {
		fprintf(stderr, "no sentinel at %s\n", inet_ntoa(end->address));
		exit(1);
	}
	receive(end->sentinel);
}

static void send_all(void)
{
	int i;

	for (i = 0; i < pod_count; i++) {
		send_to(pods[i].pod.data, pods[i].node.address, DATA_PORT);
		send_to(pods[i].node.data, pods[i].pod.address, DATA_PORT);
	}
}

static void probe(void)
{
	int i;

	for (i = 0; i < pod_count; i++) {
		settle(&pods[i].pod, &pods[i].node);
		settle(&pods[i].node, &pods[i].pod);
		receive(pods[i].node.data);
		receive(pods[i].pod.data);
	}
	send_all();
	for (i = 0; i < pod_count; i++) {
		settle(&pods[i].pod, &pods[i].node);
		settle(&pods[i].node, &pods[i].pod);
		printf("%s%d%d", i ? " " : "", receive(pods[i].node.data), receive(pods[i].pod.data));
	}
	putchar('\n');
}

static void stream(char *line, int size)
{
	const struct timespec pause = { .tv_nsec = 50000 };
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	long sent = 0, received = 0;
	int i;

	while (!poll(&input, 1, 0)) {
		send_all();
		sent += 2 * pod_count;
		for (i = 0; i < pod_count; i++)
			received += receive(pods[i].node.data) + receive(pods[i].pod.data);
		nanosleep(&pause, NULL);
	}
	if (!fgets(line, size, stdin))
		exit(1);
	for (i = 0; i < pod_count; i++) {
		settle(&pods[i].pod, &pods[i].node);
		settle(&pods[i].node, &pods[i].pod);
		received += receive(pods[i].node.data) + receive(pods[i].pod.data);
	}
	printf("%ld %ld\n", sent, received);
}

static void burst(int pod, int count, int port)
{
	while (count-- > 0)
		send_to(pods[pod].pod.data, pods[pod].node.address, port);
	settle(&pods[pod].pod, &pods[pod].node);
	puts("ok");
}

int main(int argc, char **argv)
{
	char line[256];
	int i, a, b, c;
	cpu_set_t cpus;

	/* One CPU, one queue: datagrams arrive in the order in which they were sent. */
	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	pod_count = argc - 2;
	for (i = 0; i < pod_count && i < PODS_MAX; i++) {
		enter(argv[1]);
		pods[i].node = make_end("10.99.%d.1", i);
		enter(argv[i + 2]);
		pods[i].pod = make_end("10.99.%d.2", i);
	}
	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "probe\n"))
			probe();
		else if (!strcmp(line, "stream\n"))
			stream(line, sizeof(line));
		else if (sscanf(line, "burst %d %d %d", &a, &b, &c) == 3 && a < pod_count)
			burst(a, b, c);
		else
			puts("?");
		fflush(stdout);
	}
	return 0;
}
