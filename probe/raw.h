/* SPDX-License-Identifier: Apache-2.0 */
/* raw.h: protocols that this process speaks itself, on raw IP sockets.
 *
 * A raw socket sees every packet of its protocol that reaches the pod; while it is open the kernel does not answer
 * "protocol unreachable" for it.
 */
#ifndef POLC_RAW_H
#define POLC_RAW_H

#include "probe.h"

/* The raw sockets of one protocol, opened on first use. */
struct raw {
	int proto4, proto6; /* IPPROTO_* */
	/* A packet without its IP header. `from` has no port. */
	void (*packet)(const union address *from, const uint8_t *data, size_t length);
	struct source *v4, *v6;
};

/* The sockets of both families; false with errno if there is none at all. */
bool raw_open(struct raw *raw);
/* 0, or an errno. */
int raw_send(struct raw *raw, const union address *to, const void *data, size_t length);
/* Ends a probe that could not be sent; a full queue is not a failure, it is sent again. */
bool raw_send_probe(struct raw *raw, struct probe *probe, const void *data, size_t length);

bool same_host(const union address *a, const union address *b);

#endif
