// SPDX-License-Identifier: Apache-2.0
/* send_frame IFACE HEX: sends one Ethernet frame as it is. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	unsigned char frame[2048];
	size_t size = 0;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (argc != 3 || fd < 0)
		return 1;
	for (; size < sizeof(frame) && sscanf(argv[2] + 2 * size, "%2hhx", &frame[size]) == 1; size++)
		;
	to.sll_ifindex = if_nametoindex(argv[1]);
	return sendto(fd, frame, size, 0, (struct sockaddr *)&to, sizeof(to)) != (ssize_t)size;
}
