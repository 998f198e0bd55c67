// SPDX-License-Identifier: Apache-2.0
#include "netns_id.h"

#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union message {
	struct nlmsghdr header;
	char bytes[32768];
};

static const struct rtattr *attribute_of(const void *attributes, int left, int type)
{
	const struct rtattr *attribute = attributes;

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		if (attribute->rta_type == type && RTA_PAYLOAD(attribute) == sizeof(__s32))
			return attribute;
	return NULL;
}

/* Sends the message and has the answer in its place; false unless it is of this type. */
static bool ask(union message *message, int type)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t length = -1;

	if (fd < 0)
		return false;
	if (write(fd, message, message->header.nlmsg_len) == (ssize_t)message->header.nlmsg_len)
		length = recv(fd, message, sizeof(*message), 0);
	close(fd);
	return length > 0 && NLMSG_OK(&message->header, (size_t)length) && message->header.nlmsg_type == type;
}

static __s32 value_of(const struct rtattr *attribute)
{
	__s32 value = -1;

	if (attribute)
		memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}

static __s32 by_link(unsigned int ifindex)
{
	union message message = { .header = { .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST } };
	struct ifinfomsg *link = NLMSG_DATA(&message.header);

	message.header.nlmsg_len = NLMSG_LENGTH(sizeof(*link));
	link->ifi_index = ifindex;
	if (!ask(&message, RTM_NEWLINK))
		return -1;
	return value_of(attribute_of(IFLA_RTA(link), IFLA_PAYLOAD(&message.header), IFLA_LINK_NETNSID));
}

static __s32 by_path(const char *path)
{
	union message message = { .header = { .nlmsg_type = RTM_GETNSID, .nlmsg_flags = NLM_F_REQUEST } };
	struct rtgenmsg *netns = NLMSG_DATA(&message.header);
	struct rtattr *attribute = (void *)netns + NLMSG_ALIGN(sizeof(*netns));
	__s32 fd = open(path, O_RDONLY | O_CLOEXEC), id = -1;

	if (fd < 0)
		return -1;
	attribute->rta_type = NETNSA_FD;
	attribute->rta_len = RTA_LENGTH(sizeof(fd));
	memcpy(RTA_DATA(attribute), &fd, sizeof(fd));
	message.header.nlmsg_len = NLMSG_SPACE(sizeof(*netns)) + RTA_SPACE(sizeof(fd));
	if (ask(&message, RTM_NEWNSID))
		id = value_of(attribute_of(attribute, message.header.nlmsg_len - NLMSG_SPACE(sizeof(*netns)), NETNSA_NSID));
	close(fd);
	return id;
}

__s32 netns_id(unsigned int ifindex, const char *path)
{
	__s32 id = by_link(ifindex);

	return id < 0 && path ? by_path(path) : id;
}
