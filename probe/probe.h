/* SPDX-License-Identifier: Apache-2.0 */
/* probe.h: what the parts of polc-probe share.
 *
 * One process of the lab, inside one pod's network namespace: it serves ports, and it finds out whether other pods'
 * ports can be reached. Everything waits in one epoll; nothing blocks.
 */
#ifndef POLC_PROBE_H
#define POLC_PROBE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Something that epoll watches. The handler may free the source. */
struct source {
	void (*ready)(struct source *source, uint32_t events);
	int fd;
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct probe;

/* How a protocol is probed. Both answer false after they ended the probe. */
struct protocol {
	const char *name;
	bool (*start)(struct probe *probe);  /* send the first packet */
	bool (*resend)(struct probe *probe); /* send it again, the answer is late; NULL: the kernel does */
	bool (*listen)(uint16_t port);       /* errno says why not; NULL: there is nothing to listen on */
};

extern const struct protocol tcp_protocol, udp_protocol, sctp_protocol, icmp_protocol;

/* One attempt to reach an address, from its command to its answer. */
struct probe {
	struct source source; /* fd -1: the protocol's raw socket is shared */
	struct probe *next, *previous;
	const struct protocol *protocol;
	union address to;
	uint16_t port;
	uint64_t id;            /* the caller's */
	uint64_t started_us, deadline_us, resend_us;
	uint32_t tag;           /* random; what the answer must repeat */
	uint16_t source_port;   /* of protocols on raw sockets; ICMP: the identifier */
	bool connected;         /* TCP: the handshake is done, the byte is on its way */
};

/* The probes in flight, as a ring with this head. */
extern struct probe probes;
extern unsigned int probes_in_flight;

void probe_start(const struct protocol *protocol, const char *address, uint16_t port, uint64_t id,
		 unsigned int timeout_ms);
/* Ends those whose time is over, sends again for those that wait. */
void probes_tick(void);

/* The answer, one JSON line: connected, refused or timeout; the probe is freed. */
void probe_end(struct probe *probe, const char *result);
/* The answer when errno tells it: refused, or an error with its name. */
void probe_end_errno(struct probe *probe, int error);

/* Commands from standard input: 0, or -1 with errno. */
int input_watch(void);
/* As many waiting commands as there is room for probes; the rest stays in the pipe. */
void input_run(void);
/* Sends a packet that is given in hex from its IP header on, and prints the answer. */
void send_packet(const char *hex);
/* Prints the answer; false if it cannot listen. */
bool start_listening(const char *name, uint16_t port);

extern int epoll_fd;
/* 0, or -1 with errno. */
int watch(struct source *source, uint32_t events);
/* A socket that does not block, watched by a new source of this size; NULL with errno if that fails. */
void *listener(size_t size, int fd, void (*ready)(struct source *source, uint32_t events));
/* A socket bound to a port of every local address, IPv4 and IPv6; -1 with errno. */
int bound_socket(int type, uint16_t port);

/* Room for the packets of hundreds of pods at once; as much as this process may ask for. */
void receive_bursts(int fd);

/* CLOCK_MONOTONIC. */
uint64_t now_us(void);
socklen_t address_length(const union address *address);
uint32_t random_u32(void);
/* A source port that no probe of the last thousands had. */
uint16_t next_source_port(void);

#endif
