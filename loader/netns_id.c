// SPDX-License-Identifier: Apache-2.0
#include "netns_id.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ask(int socket, unsigned int ifindex)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST },
		.link = { .ifi_index = ifindex },
	};

	return write(socket, &request, sizeof(request)) == sizeof(request) ? 0 : -1;
}

static __s32 read_answer(const struct nlmsghdr *header, ssize_t length)
{
	const struct ifinfomsg *link = NLMSG_DATA(header);
	const struct rtattr *attribute = IFLA_RTA(link);
	int left;
	__s32 id;

	if (!NLMSG_OK(header, length) || header->nlmsg_type != RTM_NEWLINK)
		return -1;
	left = IFLA_PAYLOAD(header);
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if (attribute->rta_type != IFLA_LINK_NETNSID || RTA_PAYLOAD(attribute) != sizeof(id))
			continue;
		memcpy(&id, RTA_DATA(attribute), sizeof(id));
		return id;
	}
	return -1;
}

__s32 netns_id(unsigned int ifindex)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	__s32 id = -1;
	union {
		struct nlmsghdr header;
		char bytes[32768];
	} answer;

	if (fd < 0)
		return -1;
	if (!ask(fd, ifindex)) {
		ssize_t length = recv(fd, &answer, sizeof(answer), 0);

		if (length > 0)
			id = read_answer(&answer.header, length);
	}
	close(fd);
	return id;
}
