// SPDX-License-Identifier: Apache-2.0
/* wire: what a namespace's network looks like from outside.
 *   wire frames INTERFACE   each frame that arrives, as a line of hexadecimal digits, "tag N " before it if it has a VLAN tag;
 *                           a line of standard input is a frame to send, "gso SIZE " before it if it is to be cut into segments
 *                           of TCP with so many bytes each. "ready" is the first line.
 *   wire offload INTERFACE  no TCP segmentation and no partial checksums: the kernel does both before the frame leaves
 */
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int set(const char *interface, __u32 command, __u32 value)
{
	struct ethtool_value feature = { command, value };
	struct ifreq request = { .ifr_data = (void *)&feature };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	err = fd < 0 || ioctl(fd, SIOCETHTOOL, &request);
	close(fd);
	return err;
}

static int offload(const char *interface)
{
	if (set(interface, ETHTOOL_STSO, 0) || set(interface, ETHTOOL_STXCSUM, 0))
		return fail("ethtool");
	return 0;
}

static void print(const unsigned char *frame, ssize_t size, struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		struct tpacket_auxdata *data = (void *)CMSG_DATA(c);

		if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA && data->tp_status & TP_STATUS_VLAN_VALID)
			printf("tag %u ", data->tp_vlan_tci);
	}
	for (ssize_t i = 0; i < size; i++)
		printf("%02x", frame[i]);
	printf("\n");
	fflush(stdout);
}

static int receive(int fd)
{
	static unsigned char frame[70000];
	unsigned char control[256];
	struct iovec part = { frame, sizeof(frame) };
	struct sockaddr_ll from;
	struct msghdr message = { &from, sizeof(from), &part, 1, control, sizeof(control), 0 };
	ssize_t size = recvmsg(fd, &message, 0);

	if (size > 0 && from.sll_pkttype != PACKET_OUTGOING)
		print(frame, size, &message);
	return size < 0;
}

/* An aggregate of TCP without options of IP; its checksum is that of the pseudo header, as a sender leaves it. */
static struct virtio_net_hdr aggregate(const unsigned char *frame, unsigned int segment)
{
	struct virtio_net_hdr header = {};
	int v4 = frame[12] == 8, l4 = v4 ? 34 : 54;

	if (!segment)
		return header;
	header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	header.gso_type = v4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
	header.hdr_len = l4 + 20;
	header.gso_size = segment;
	header.csum_start = l4;
	header.csum_offset = 16;
	return header;
}

static int send_line(int fd)
{
	static char line[140032];
	static unsigned char frame[70000];
	struct virtio_net_hdr header;
	struct iovec parts[2] = { { &header, sizeof(header) }, { frame, 0 } };
	unsigned int segment = 0;
	int skipped = 0;
	char *at = line;

	if (!fgets(line, sizeof(line), stdin))
		return 1;
	if (sscanf(line, "gso %u %n", &segment, &skipped) == 1)
		at += skipped;
	for (; at[2 * parts[1].iov_len] > ' '; parts[1].iov_len++)
		sscanf(at + 2 * parts[1].iov_len, "%2hhx", frame + parts[1].iov_len);
	header = aggregate(frame, segment);
	return writev(fd, parts, 2) < 0;
}

/* One that only sends, for what it receives would have such a header as well. */
static int sender(struct sockaddr_ll at)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	at.sll_protocol = 0;
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) || bind(fd, (void *)&at, sizeof(at)))
		return -1;
	return fd;
}

static int frames(const char *interface)
{
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), one = 1, out;
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct pollfd waits[2] = { { fd, POLLIN, 0 }, { 0, POLLIN, 0 } };

	at.sll_ifindex = if_nametoindex(interface);
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) || bind(fd, (void *)&at, sizeof(at)))
		return fail(interface);
	out = sender(at);
	if (out < 0)
		return fail("sender");
	setvbuf(stdin, NULL, _IONBF, 0);
	printf("ready\n");
	fflush(stdout);
	while (poll(waits, 2, -1) > 0)
		if ((waits[0].revents && receive(fd)) || (waits[1].revents && send_line(out)))
			return 0;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "frames"))
		return frames(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "offload"))
		return offload(argv[2]);
	fprintf(stderr, "usage: wire frames|offload INTERFACE\n");
	return 2;
}
