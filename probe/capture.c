// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "capture.h"
#include "probe.h"

#define LINKS 64
#define KEPT 256 /* bytes of each frame */

static struct pollfd ends[LINKS + 1];
static unsigned int count;
static unsigned long long dropped;

static int open_link(const char *name)
{
	struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	/* Protocol 0: nothing arrives before the socket is set up and bound to its link. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, bytes = 64 << 20;

	if (fd < 0)
		return -1;
	link.sll_ifindex = (int)if_nametoindex(name);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	if (!link.sll_ifindex || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&link, sizeof(link))) {
		close(fd);
		return -1;
	}
	return fd;
}

struct details {
	unsigned long long at_us;
	unsigned int vlan;
};

static struct details details_of(struct msghdr *message)
{
	struct details details = { 0 };

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMP) {
			struct timeval at;

			memcpy(&at, CMSG_DATA(part), sizeof(at));
			details.at_us = (unsigned long long)at.tv_sec * 1000000 + (unsigned long long)at.tv_usec;
		} else if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA) {
			struct tpacket_auxdata data;

			memcpy(&data, CMSG_DATA(part), sizeof(data));
			if (data.tp_status & TP_STATUS_VLAN_VALID)
				details.vlan = data.tp_vlan_tci & 0xfff;
		}
	}
	return details;
}

static void print_frame(unsigned int index, bool out, size_t length, const struct virtio_net_hdr *header,
			struct details details, const uint8_t *data)
{
	static const char digits[] = "0123456789abcdef";
	char text[KEPT * 2 + 1];
	size_t kept = length < KEPT ? length : KEPT;

	for (size_t i = 0; i < kept; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 15];
	}
	text[2 * kept] = '\0';
	printf("frame %u %s %llu %zu %u %d %u %s\n", index, out ? "out" : "in", details.at_us, length,
	       header->gso_type == VIRTIO_NET_HDR_GSO_NONE ? 0 : header->gso_size,
	       !!(header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM), details.vlan, text);
}

static void drain(unsigned int index)
{
	for (;;) {
		struct virtio_net_hdr header;
		uint8_t data[KEPT];
		struct iovec parts[] = { { &header, sizeof(header) }, { data, sizeof(data) } };
		struct sockaddr_ll from;
		char control[256];
		struct msghdr message = {
			.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = parts, .msg_iovlen = 2,
			.msg_control = control, .msg_controllen = sizeof(control),
		};
		ssize_t length = recvmsg(ends[index].fd, &message, MSG_TRUNC);

		if (length < (ssize_t)sizeof(header))
			return;
		print_frame(index - 1, from.sll_pkttype == PACKET_OUTGOING, (size_t)length - sizeof(header), &header,
			    details_of(&message), data);
	}
}

static void sync_links(const char *word)
{
	for (unsigned int i = 1; i <= count; i++) {
		struct tpacket_stats stats = { 0 };
		socklen_t size = sizeof(stats);

		drain(i);
		if (!getsockopt(ends[i].fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size))
			dropped += stats.tp_drops;
	}
	printf("synced %s %llu\n", word, dropped);
}

/* False: nobody asks any more. */
static bool take_commands(void)
{
	static char text[4096];
	static size_t length;
	ssize_t got = read(STDIN_FILENO, text + length, sizeof(text) - 1 - length);
	char *line = text, *end, word[64];

	if (got <= 0)
		return got < 0 && errno == EAGAIN;
	length += (size_t)got;
	while ((end = memchr(line, '\n', length - (size_t)(line - text)))) {
		*end = '\0';
		if (sscanf(line, "sync %63s", word) == 1)
			sync_links(word);
		line = end + 1;
	}
	length -= (size_t)(line - text);
	memmove(text, line, length);
	return length < sizeof(text) - 1;
}

int capture(char **links)
{
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	ends[0] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	for (; *links && count < LINKS; links++) {
		int fd = open_link(*links);

		if (fd < 0) {
			fprintf(stderr, "polc-probe: cannot capture %s: %s\n", *links, strerror(errno));
			return 1;
		}
		ends[++count] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
	printf("capturing %u\n", count);
	for (;;) {
		if (fflush(stdout) || poll(ends, count + 1, -1) < 0)
			return 1;
		for (unsigned int i = 1; i <= count; i++)
			if (ends[i].revents)
				drain(i);
		if (ends[0].revents && !take_commands())
			return 0;
	}
}
