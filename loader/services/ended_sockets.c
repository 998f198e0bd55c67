// SPDX-License-Identifier: Apache-2.0
#include "ended_sockets.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 diag;
};

union answer {
	struct nlmsghdr header;
	char bytes[32768];
};

static int open_diag(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

static int ask(int fd, int type, int flags, const struct inet_diag_req_v2 *diag)
{
	struct request request = { .header = { .nlmsg_len = sizeof(request), .nlmsg_type = type, .nlmsg_flags = flags },
				   .diag = *diag };

	return write(fd, &request, sizeof(request)) == sizeof(request) ? 0 : -1;
}

/* What service_socket.bpf.c noted of its peer, by the same key. */
static void key_of(const struct inet_diag_msg *socket, struct socket_key *key)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	const __u8 *peer = (const __u8 *)socket->id.idiag_dst;

	*key = (struct socket_key){ .cookie = socket->id.idiag_cookie[0] |
					      (__u64)socket->id.idiag_cookie[1] << 32,
				    .port = socket->id.idiag_dport,
				    .family = 4,
				    .proto = IPPROTO_UDP };
	if (socket->idiag_family == AF_INET) {
		memcpy(key->backend, peer, 4);
	} else if (!memcmp(peer, mapped, sizeof(mapped))) {
		memcpy(key->backend, peer + sizeof(mapped), 4);
	} else {
		key->family = 6;
		memcpy(key->backend, peer, 16);
	}
}

static bool has_ended(const struct tables *tables, const struct inet_diag_msg *socket)
{
	struct socket_service service;
	struct socket_key key;

	key_of(socket, &key);
	if (bpf_map_lookup_elem(tables->maps.fd[SERVICE_MAP_sockets], &key, &service))
		return false;
	return service.endpoint >= tables->control->capacity[CAPACITY_ENDPOINTS] ||
	       tables->endpoints[service.endpoint].identity != service.identity;
}

/* The kernel compares the cookie, too: it ends this socket or none. */
static int end_socket(const struct inet_diag_msg *socket)
{
	const struct inet_diag_req_v2 diag = { .sdiag_family = socket->idiag_family,
					       .sdiag_protocol = IPPROTO_UDP,
					       .idiag_states = -1,
					       .id = socket->id };
	union answer answer;
	int fd = open_diag(), err = -1;

	if (fd < 0)
		return -1;
	if (!ask(fd, SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, &diag) &&
	    recv(fd, &answer, sizeof(answer), 0) >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr))) {
		errno = -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
		err = errno && errno != ENOENT ? -1 : 0; /* it may have gone by itself */
	}
	close(fd);
	return err;
}

/* 1: there is more. */
static int take_list(const struct tables *tables, const union answer *answer, ssize_t length)
{
	const struct nlmsghdr *message = &answer->header;
	int left = length;

	for (; NLMSG_OK(message, (unsigned int)left); message = NLMSG_NEXT(message, left)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return 0;
		if (message->nlmsg_type == NLMSG_ERROR) {
			errno = -((const struct nlmsgerr *)NLMSG_DATA(message))->error;
			return -1;
		}
		if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY && has_ended(tables, NLMSG_DATA(message)) &&
		    end_socket(NLMSG_DATA(message)))
			return -1;
	}
	return 1;
}

static int end_of_family(const struct tables *tables, int family)
{
	const struct inet_diag_req_v2 diag = { .sdiag_family = family,
					       .sdiag_protocol = IPPROTO_UDP,
					       .idiag_states = 1 << TCP_ESTABLISHED };
	union answer answer;
	ssize_t length;
	int fd = open_diag(), more = 1;

	if (fd < 0)
		return -1;
	if (ask(fd, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, &diag))
		more = -1;
	while (more > 0) {
		length = recv(fd, &answer, sizeof(answer), 0);
		more = length < 0 ? -1 : take_list(tables, &answer, length);
	}
	close(fd);
	return more;
}

int ended_sockets(const struct tables *tables)
{
	return end_of_family(tables, AF_INET) || end_of_family(tables, AF_INET6) ? -1 : 0;
}
