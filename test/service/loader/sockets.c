// SPDX-License-Identifier: Apache-2.0
/* sockets.c: sockets of a process in a network namespace and a cgroup, for tests: `sockets NETNS CGROUP`, then a line of
 * standard input each, answered by one line.
 *
 *   serve NAME ADDRESS PORT   a process of its own that answers TCP and UDP there with NAME -> "ready"
 *   tcp ADDRESS PORT          connects -> "NAME peer ADDRESS:PORT", or the error of connect()
 *   open ID FAMILY            a UDP socket
 *   connect ID ADDRESS PORT   -> "peer ADDRESS:PORT", or the error
 *   to ID ADDRESS PORT        a datagram from there, unconnected -> "NAME from ADDRESS:PORT", or the error
 *   from FROM ADDRESS PORT [OWN]   a datagram from port FROM, of the address OWN if given, and no wait for an answer
 *                             -> "sent", or the error
 *   receive ID                -> likewise
 *   exchange ID               a datagram of a connected socket -> likewise
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int udp[16];

static socklen_t parse(const char *text, int port, struct sockaddr_storage *out)
{
	struct sockaddr_in *in4 = (void *)out;
	struct sockaddr_in6 *in6 = (void *)out;

	memset(out, 0, sizeof(*out));
	if (strchr(text, ':')) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		return inet_pton(AF_INET6, text, &in6->sin6_addr) == 1 ? sizeof(*in6) : 0;
	}
	in4->sin_family = AF_INET;
	in4->sin_port = htons(port);
	return inet_pton(AF_INET, text, &in4->sin_addr) == 1 ? sizeof(*in4) : 0;
}

static const char *print(const struct sockaddr_storage *address)
{
	static char text[80], ip[INET6_ADDRSTRLEN];
	const struct sockaddr_in *in4 = (const void *)address;
	const struct sockaddr_in6 *in6 = (const void *)address;

	if (address->ss_family == AF_INET)
		snprintf(text, sizeof(text), "%s:%u", inet_ntop(AF_INET, &in4->sin_addr, ip, sizeof(ip)),
			 ntohs(in4->sin_port));
	else
		snprintf(text, sizeof(text), "[%s]:%u", inet_ntop(AF_INET6, &in6->sin6_addr, ip, sizeof(ip)),
			 ntohs(in6->sin6_port));
	return text;
}

static void patience(int fd)
{
	struct timeval second = { .tv_sec = 1 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
}

static void answer(const char *name, int listener, int datagrams)
{
	struct pollfd both[] = { { .fd = listener, .events = POLLIN }, { .fd = datagrams, .events = POLLIN } };
	struct sockaddr_storage from;
	socklen_t size;
	char byte;
	int fd;

	for (;;) {
		poll(both, 2, -1);
		if (both[0].revents & POLLIN && (fd = accept(listener, NULL, NULL)) >= 0) {
			if (write(fd, name, strlen(name)) < 0)
				perror("write");
			close(fd);
		}
		size = sizeof(from);
		if (both[1].revents & POLLIN && recvfrom(datagrams, &byte, 1, MSG_DONTWAIT, (void *)&from, &size) >= 0)
			sendto(datagrams, name, strlen(name), 0, (void *)&from, size);
	}
}

static void serve(const char *name, const char *text, int port)
{
	struct sockaddr_storage address;
	socklen_t size = parse(text, port, &address);
	int listener = socket(address.ss_family, SOCK_STREAM, 0), datagrams = socket(address.ss_family, SOCK_DGRAM, 0), on = 1;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (void *)&address, size) || listen(listener, 64) || bind(datagrams, (void *)&address, size)) {
		printf("%s\n", strerrorname_np(errno));
		return;
	}
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		answer(name, listener, datagrams);
	}
	close(listener);
	close(datagrams);
	puts("ready");
}

static void tcp(const char *text, int port)
{
	struct sockaddr_storage address, peer;
	socklen_t size = parse(text, port, &address), peer_size = sizeof(peer);
	int fd = socket(address.ss_family, SOCK_STREAM, 0);
	char name[64] = "";

	patience(fd);
	if (connect(fd, (void *)&address, size) || getpeername(fd, (void *)&peer, &peer_size))
		puts(strerrorname_np(errno));
	else
		printf("%s peer %s\n", read(fd, name, sizeof(name) - 1) < 0 ? strerrorname_np(errno) : name, print(&peer));
	close(fd);
}

static void receive(int id)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	char name[64] = "";

	if (recvfrom(udp[id], name, sizeof(name) - 1, 0, (void *)&from, &size) < 0)
		puts(strerrorname_np(errno));
	else
		printf("%s from %s\n", name, print(&from));
}

static void connect_udp(int id, const char *text, int port)
{
	struct sockaddr_storage address, peer;
	socklen_t size = parse(text, port, &address), peer_size = sizeof(peer);

	if (connect(udp[id], (void *)&address, size) || getpeername(udp[id], (void *)&peer, &peer_size))
		puts(strerrorname_np(errno));
	else
		printf("peer %s\n", print(&peer));
}

static void send_to(int id, const char *text, int port)
{
	struct sockaddr_storage address;
	socklen_t size = parse(text, port, &address);

	if (sendto(udp[id], "?", 1, 0, (void *)&address, size) < 0)
		puts(strerrorname_np(errno));
	else
		receive(id);
}

static void send_from(int from, const char *text, int port, const char *own_text)
{
	struct sockaddr_storage address, own;
	socklen_t size = parse(text, port, &address);
	int fd = socket(address.ss_family, SOCK_DGRAM, 0);

	parse(*own_text ? own_text : address.ss_family == AF_INET ? "0.0.0.0" : "::", from, &own);
	if (bind(fd, (void *)&own, size) || sendto(fd, "?", 1, 0, (void *)&address, size) < 0)
		puts(strerrorname_np(errno));
	else
		puts("sent");
	close(fd);
}

static void take(const char *line)
{
	char name[64], text[64], own[64] = "";
	int id, port;

	if (sscanf(line, "tcp %63s %d", text, &port) == 2) {
		tcp(text, port);
	} else if (sscanf(line, "open %d %d", &id, &port) == 2) {
		udp[id] = socket(port == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
		patience(udp[id]);
		puts("open");
	} else if (sscanf(line, "connect %d %63s %d", &id, text, &port) == 3) {
		connect_udp(id, text, port);
	} else if (sscanf(line, "to %d %63s %d", &id, text, &port) == 3) {
		send_to(id, text, port);
	} else if (sscanf(line, "from %d %63s %d %63s", &id, text, &port, own) >= 3) {
		send_from(id, text, port, own);
	} else if (sscanf(line, "receive %d", &id) == 1) {
		receive(id);
	} else if (sscanf(line, "exchange %d", &id) == 1) {
		if (send(udp[id], "?", 1, 0) < 0)
			puts(strerrorname_np(errno));
		else
			receive(id);
	} else if (sscanf(line, "serve %63s %63s %d", name, text, &port) == 3) {
		serve(name, text, port);
	} else {
		puts("what?");
	}
}

/* "-": none. */
static void join(const char *cgroup)
{
	char path[256];
	int fd;

	if (!strcmp(cgroup, "-"))
		return;
	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY);
	if (fd < 0 || dprintf(fd, "%d", getpid()) < 0)
		perror(path);
	close(fd);
}

int main(int argc, char **argv)
{
	int netns = argc == 3 ? open(argv[1], O_RDONLY) : -1;
	char line[256];

	if (netns < 0 || setns(netns, CLONE_NEWNET)) {
		perror("sockets NETNS CGROUP");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	join(argv[2]);
	while (fgets(line, sizeof(line), stdin))
		take(line);
	return 0;
}
