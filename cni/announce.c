// SPDX-License-Identifier: Apache-2.0
#include "announce.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_BYTES 4096

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int reach_agent(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	close(fd);
	return -1;
}

static int send_line(int fd, const json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT);
	size_t length = text ? strlen(text) : 0;
	int err = -1;

	if (text) {
		text[length] = '\n';
		err = send(fd, text, length + 1, MSG_NOSIGNAL) == (ssize_t)length + 1 ? 0 : -1;
	}
	free(text);
	return err;
}

/* Until the other end closes. */
static ssize_t receive(int fd, char *to, size_t room, long long until)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t length = 0;
	ssize_t got = 1;

	while (length < room - 1 && got > 0) {
		long long left = until - now_ms();

		if (left <= 0 || poll(&ready, 1, (int)left) <= 0)
			return -1;
		got = recv(fd, to + length, room - 1 - length, 0);
		length += got > 0 ? (size_t)got : 0;
	}
	to[length] = '\0';
	return got < 0 ? -1 : (ssize_t)length;
}

static enum announced read_answer(const char *text, char why[256])
{
	json_t *answer = json_loads(text, 0, NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));
	bool enforced = json_is_true(json_object_get(answer, "enforced"));

	snprintf(why, 256, "%s", error ? error : "the agent's answer cannot be read");
	json_decref(answer);
	return enforced ? ANNOUNCED_ENFORCED : ANNOUNCED_REFUSED;
}

enum announced announce(const struct sandbox *s, const char *interface, char why[256])
{
	long long until = now_ms() + s->timeout_ms;
	char text[ANSWER_BYTES];
	int fd = reach_agent(s->socket);
	json_t *message;
	int err;

	snprintf(why, 256, "no agent listens on %.200s", s->socket);
	if (fd < 0)
		return ANNOUNCED_NO_AGENT;
	message = json_pack("{s:s, s:s, s:s, s:s, s:o}", "namespace", s->namespace, "name", s->name, "netns", s->netns,
			    "interface", interface, "ips", sandbox_addresses(s));
	err = send_line(fd, message);
	json_decref(message);
	if (!err && receive(fd, text, sizeof(text), until) > 0) {
		close(fd);
		return read_answer(text, why);
	}
	close(fd);
	snprintf(why, 256, "the agent did not answer in %d ms", s->timeout_ms);
	return ANNOUNCED_NO_AGENT;
}
