// SPDX-License-Identifier: Apache-2.0
/* TCP: connect, send a byte, read the same byte back. The server also answers requests of who.h. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "who.h"

#define FAST_OPEN_QUEUE 256

/* A served connection: a request is read whole, then its answer is written. */
struct connection {
	struct source source;
	union address client;
	char head[32]; /* of the request */
	size_t taken, size, sent;
	uint32_t sequence;
	char *answer;
};

static void connection_close(struct connection *connection)
{
	close(connection->source.fd);
	free(connection->answer);
	free(connection);
}

/* False: the connection is over. */
static bool answer_rest(struct connection *connection)
{
	ssize_t length = write(connection->source.fd, connection->answer + connection->sent,
			       connection->size - connection->sent);

	if (length < 0)
		return errno == EAGAIN;
	connection->sent += (size_t)length;
	if (connection->sent == connection->size) {
		free(connection->answer);
		connection->answer = NULL;
		connection->taken = 0;
		watch(&connection->source, EPOLLIN);
	}
	return true;
}

static bool answer(struct connection *connection)
{
	connection->answer = malloc(connection->size);
	if (!connection->answer)
		return false;
	connection->sent = 0;
	who_answer(connection->answer, connection->sequence, connection->size, connection->source.fd,
		   &connection->client);
	watch(&connection->source, EPOLLOUT);
	return answer_rest(connection);
}

/* Bytes of a request. Its head arrives in one piece: WHO_MIN bytes fit every segment. */
static bool take(struct connection *connection, const char *data, size_t length)
{
	if (!connection->taken && !who_parse(data, length, &connection->sequence, &connection->size))
		return write(connection->source.fd, data, length) == (ssize_t)length;
	connection->taken += length;
	return connection->taken < connection->size || answer(connection);
}

static void connection_ready(struct source *source, uint32_t events)
{
	struct connection *connection = (struct connection *)source;
	static char data[1 << 16];
	ssize_t length;

	(void)events;
	if (connection->answer) {
		if (!answer_rest(connection))
			connection_close(connection);
		return;
	}
	length = read(source->fd, data, sizeof(data));
	if (length > 0 && take(connection, data, (size_t)length))
		return;
	if (length < 0 && errno == EAGAIN)
		return;
	connection_close(connection);
}

static void accept_ready(struct source *source, uint32_t events)
{
	union address client;
	socklen_t size = sizeof(client);
	int fd;

	(void)events;
	while ((fd = accept4(source->fd, &client.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct connection *connection = listener(sizeof(*connection), fd, connection_ready);

		if (connection)
			connection->client = client;
		else
			close(fd);
		size = sizeof(client);
	}
}

static bool tcp_listen(uint16_t port)
{
	int fd = bound_socket(SOCK_STREAM, port), queue = FAST_OPEN_QUEUE;

	if (fd < 0)
		return false;
	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue)); /* in force if net.ipv4.tcp_fastopen says so */
	if (!listen(fd, 4096) && listener(sizeof(struct source), fd, accept_ready))
		return true;
	close(fd);
	return false;
}

static void tcp_ready(struct source *source, uint32_t events)
{
	struct probe *probe = (struct probe *)source;
	char byte = (char)(probe->tag | 0x80), echo; /* never what a request of who.h begins with */
	socklen_t size = sizeof(int);
	int error = 0;

	(void)events;
	if (!probe->connected) {
		getsockopt(source->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		if (error || write(source->fd, &byte, 1) != 1) {
			probe_end_errno(probe, error ? error : errno);
			return;
		}
		probe->connected = true;
		watch(source, EPOLLIN);
		return;
	}
	switch (read(source->fd, &echo, 1)) {
	case 1:
		probe_end(probe, echo == byte ? "connected" : "error");
		return;
	case 0:
		probe_end_errno(probe, ECONNRESET);
		return;
	default:
		if (errno != EAGAIN)
			probe_end_errno(probe, errno);
	}
}

static bool tcp_start(struct probe *probe)
{
	int fd = socket(probe->to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	probe->source.fd = fd;
	probe->source.ready = tcp_ready;
	if (fd >= 0 && (!connect(fd, &probe->to.any, address_length(&probe->to)) || errno == EINPROGRESS) &&
	    !watch(&probe->source, EPOLLOUT))
		return true;
	probe_end_errno(probe, errno);
	return false;
}

const struct protocol tcp_protocol = { .name = "tcp", .start = tcp_start, .listen = tcp_listen };
