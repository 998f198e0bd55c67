// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "session.h"
#include "who.h"

#define RESEND_US 200000
#define IDS 16384

struct session {
	struct source source;
	unsigned int id;
	bool stream, unconnected, fast, waiting, connected;
	union address to, from;
	uint32_t sequence, resent;
	size_t size, sent, received;
	char answer[WHO_TEXT]; /* its beginning */
	uint64_t started_us, deadline_us, resend_us;
};

static struct session *sessions[IDS];
static unsigned int waiting;
static char data[1 << 16];

static void wait_for(struct session *session, bool answer)
{
	waiting += answer - session->waiting;
	session->waiting = answer;
}

static void forget(struct session *session)
{
	wait_for(session, false);
	sessions[session->id] = NULL;
	if (session->source.fd >= 0)
		close(session->source.fd);
	free(session);
}

static unsigned int own_port(const struct session *session)
{
	union address own = { .any.sa_family = AF_INET };
	socklen_t length = sizeof(own);

	getsockname(session->source.fd, &own.any, &length);
	return ntohs(own.v4.sin_port);
}

static void say(const struct session *session, const char *result, const char *reason)
{
	printf("{\"session\":%u,\"result\":\"%s\"", session->id, result);
	if (reason)
		printf(",\"reason\":\"%s\"", reason);
	printf(",\"port\":%u,\"resent\":%u,\"us\":%llu}\n", session->source.fd >= 0 ? own_port(session) : 0,
	       session->resent, (unsigned long long)(now_us() - session->started_us));
}

static void failed(struct session *session, int error)
{
	const char *reason = error ? strerrorname_np(error) : "FIN";

	say(session, error == ECONNREFUSED ? "refused" : error == ECONNRESET || !error ? "closed" : "error", reason);
	forget(session);
}

static void answered(struct session *session)
{
	char seen[64], seen_port[8], at[64], at_port[8], name[40], from[WHO_TEXT];
	union address peer = session->from;
	socklen_t length = sizeof(peer);
	uint32_t sequence;

	if (sscanf(session->answer, "! %u %63s %7s %63s %7s %39s", &sequence, seen, seen_port, at, at_port, name) != 6) {
		failed(session, EPROTO);
		return;
	}
	if (sequence != session->sequence)
		return; /* of a datagram that was sent again */
	if (!session->unconnected)
		getpeername(session->source.fd, &peer.any, &length);
	who_text(from, &peer);
	printf("{\"session\":%u,\"result\":\"connected\",\"port\":%u,\"seen\":\"%s %s\",\"at\":\"%s %s\",\"server\":\"%s\","
	       "\"from\":\"%s\",\"resent\":%u,\"us\":%llu}\n",
	       session->id, own_port(session), seen, seen_port, at, at_port, name, from, session->resent,
	       (unsigned long long)(now_us() - session->started_us));
	wait_for(session, false);
}

/* False: it failed and is gone. */
static bool send_more(struct session *session)
{
	const union address *to = session->unconnected || (session->fast && !session->connected) ? &session->to : NULL;
	int flags = session->fast && !session->connected ? MSG_FASTOPEN : 0;
	ssize_t length;

	who_request(data, session->sequence, session->size);
	length = sendto(session->source.fd, data + session->sent, session->size - session->sent, flags,
			to ? &to->any : NULL, to ? address_length(to) : 0);
	if (length < 0 && errno != EAGAIN && errno != EINPROGRESS && errno != ENOBUFS) {
		failed(session, errno);
		return false;
	}
	session->connected = session->connected || session->fast;
	if (session->stream && length > 0)
		session->sent += (size_t)length;
	watch(&session->source, session->stream && session->sent < session->size ? EPOLLOUT | EPOLLIN : EPOLLIN);
	return true;
}

static void receive(struct session *session)
{
	socklen_t from = sizeof(session->from);
	ssize_t length = recvfrom(session->source.fd, data, sizeof(data), 0, &session->from.any, &from);

	if (length < 0) {
		if (errno != EAGAIN)
			failed(session, errno);
		return;
	}
	if (!length && session->stream) {
		failed(session, 0);
		return;
	}
	if (!session->stream)
		session->received = 0;
	if (session->received < sizeof(session->answer) - 1) {
		size_t room = sizeof(session->answer) - 1 - session->received;

		memcpy(session->answer + session->received, data, (size_t)length < room ? (size_t)length : room);
	}
	session->received += (size_t)length;
	if (session->waiting && session->received >= session->size)
		answered(session);
}

static void session_ready(struct source *source, uint32_t events)
{
	struct session *session = (struct session *)source;
	socklen_t length = sizeof(int);
	int error = 0;

	if (session->stream && (events & (EPOLLERR | EPOLLHUP))) {
		getsockopt(source->fd, SOL_SOCKET, SO_ERROR, &error, &length);
		if (error) {
			failed(session, error);
			return;
		}
	}
	if ((events & EPOLLOUT) && !send_more(session))
		return;
	if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		receive(session);
}

static bool ask(struct session *session, size_t size, unsigned int timeout_ms)
{
	session->sequence++;
	session->size = size;
	session->sent = 0;
	session->received = 0;
	session->resent = 0;
	memset(session->answer, 0, sizeof(session->answer));
	session->started_us = now_us();
	session->deadline_us = session->started_us + (uint64_t)timeout_ms * 1000;
	session->resend_us = session->started_us + RESEND_US;
	wait_for(session, true);
	return send_more(session);
}

static bool parse(const char *text, unsigned int port, union address *address)
{
	memset(address, 0, sizeof(*address));
	address->v4.sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1)
		address->any.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1)
		address->any.sa_family = AF_INET6;
	return address->any.sa_family != 0;
}

/* 0, or the errno. */
static int prepare(struct session *session, const char *source, unsigned int port, bool do_not_fragment)
{
	int family = session->to.any.sa_family, type = session->stream ? SOCK_STREAM : SOCK_DGRAM, on = 1;
	int discover = IP_PMTUDISC_DO, discover6 = IPV6_PMTUDISC_DO;
	union address own;

	session->source.fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (session->source.fd < 0)
		return errno;
	setsockopt(session->source.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(session->source.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (do_not_fragment) {
		setsockopt(session->source.fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover));
		setsockopt(session->source.fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &discover6, sizeof(discover6));
	}
	if (!strcmp(source, "-"))
		source = family == AF_INET ? "0.0.0.0" : "::";
	else if (session->stream)
		setsockopt(session->source.fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	if (!parse(source, port, &own) || own.any.sa_family != family)
		return EINVAL;
	if (bind(session->source.fd, &own.any, address_length(&own)))
		return errno;
	if (session->fast || session->unconnected)
		return 0;
	if (connect(session->source.fd, &session->to.any, address_length(&session->to)) && errno != EINPROGRESS)
		return errno;
	return 0;
}

static void open_session(const char *protocol, unsigned int id, const char *address, unsigned int port, size_t size,
			 unsigned int timeout_ms, const char *source, unsigned int source_port, const char *flags)
{
	struct session *session = calloc(1, sizeof(*session));
	int error;

	if (!session)
		exit(1);
	session->id = id;
	session->source.fd = -1;
	session->source.ready = session_ready;
	session->stream = !strcmp(protocol, "tcp");
	session->fast = session->stream && strchr(flags, 'f');
	session->unconnected = !session->stream && strchr(flags, 'u');
	session->connected = !session->fast;
	session->started_us = now_us();
	sessions[id] = session;
	error = parse(address, port, &session->to) ? prepare(session, source, source_port, strchr(flags, 'd')) : EINVAL;
	if (error)
		failed(session, error);
	else if (ask(session, size, timeout_ms) && session->stream)
		watch(&session->source, EPOLLOUT | EPOLLIN);
}

static bool sizes(unsigned int id, size_t size)
{
	return id < IDS && size >= WHO_MIN && size <= WHO_MAX;
}

static void end(struct session *session, bool reset)
{
	struct linger now = { .l_onoff = 1 };

	if (reset && session->stream)
		setsockopt(session->source.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	printf("{\"session\":%u,\"result\":\"ended\"}\n", session->id);
	forget(session);
}

bool session_command(const char *line)
{
	char protocol[8], address[64], source[64] = "-", flags[8] = "", how[8];
	unsigned int id, port, timeout_ms, source_port = 0;
	size_t size;

	if (sscanf(line, "open %7s %u %63s %u %zu %u %63s %u %7s", protocol, &id, address, &port, &size, &timeout_ms,
		   source, &source_port, flags) >= 6 && sizes(id, size) && !sessions[id]) {
		open_session(protocol, id, address, port, size, timeout_ms, source, source_port, flags);
		return true;
	}
	if (sscanf(line, "ask %u %zu %u", &id, &size, &timeout_ms) == 3 && sizes(id, size)) {
		if (sessions[id])
			ask(sessions[id], size, timeout_ms);
		else
			printf("{\"session\":%u,\"result\":\"closed\",\"reason\":\"gone\"}\n", id);
		return true;
	}
	if (sscanf(line, "end %u %7s", &id, how) == 2 && id < IDS) {
		if (sessions[id])
			end(sessions[id], !strcmp(how, "reset"));
		else
			printf("{\"session\":%u,\"result\":\"ended\"}\n", id);
		return true;
	}
	return false;
}

void sessions_tick(void)
{
	uint64_t now = now_us();

	for (unsigned int id = 0; waiting && id < IDS; id++) {
		struct session *session = sessions[id];

		if (!session || !session->waiting)
			continue;
		if (now >= session->deadline_us) {
			say(session, "timeout", NULL);
			wait_for(session, false);
		} else if (!session->stream && now >= session->resend_us) {
			session->resend_us += RESEND_US;
			session->resent++;
			send_more(session);
		}
	}
}

bool sessions_wait(void)
{
	return waiting > 0;
}
