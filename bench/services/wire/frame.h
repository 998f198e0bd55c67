/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* frame.h: TCP segments over IPv4 as frames, with right checksums, and what is read from one that came back.
 *   frame_write(frame, segment, flags)      a frame of FRAME_BYTES from this client to that server
 *   frame_read(bytes, length, segment)      false: not a SYN over plain IPv4
 */
#ifndef FRAME_H
#define FRAME_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <string.h>

#define FRAME_BYTES 64

enum frame_flags { FRAME_SYN = 1, FRAME_ACK = 2 };

struct segment {
	unsigned char to[ETH_ALEN];
	__be32 source, dest;
	__be16 source_port, dest_port;
	__u32 sequence, acknowledged;
};

static inline __u32 sum_words(const void *from, int bytes)
{
	const __u16 *words = from;
	__u32 sum = 0;

	for (int i = 0; i < bytes / 2; i++)
		sum += words[i];
	return sum;
}

static inline __u16 folded(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static inline void frame_write(unsigned char *frame, const struct segment *segment, int flags)
{
	struct ethhdr *eth = (void *)frame;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	int length = FRAME_BYTES - sizeof(*eth), segment_length = length - sizeof(*ip);

	memset(frame, 0, FRAME_BYTES);
	memcpy(eth->h_dest, segment->to, ETH_ALEN);
	memcpy(eth->h_source, (unsigned char[]){ 2, 0, 0, 0, 0x0b, 2 }, ETH_ALEN);
	eth->h_proto = htons(ETH_P_IP);
	*ip = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP, .tot_len = htons(length) };
	ip->frag_off = htons(0x4000);
	ip->saddr = segment->source;
	ip->daddr = segment->dest;
	ip->check = folded(sum_words(ip, sizeof(*ip)));
	*tcp = (struct tcphdr){ .doff = 5, .syn = !!(flags & FRAME_SYN), .ack = !!(flags & FRAME_ACK), .window = htons(512) };
	tcp->source = segment->source_port;
	tcp->dest = segment->dest_port;
	tcp->seq = htonl(segment->sequence);
	tcp->ack_seq = flags & FRAME_ACK ? htonl(segment->acknowledged) : 0;
	tcp->check = folded(sum_words(tcp, segment_length) + sum_words(&ip->saddr, 8) + htons(IPPROTO_TCP) +
			    htons(segment_length));
}

static inline bool frame_read(const unsigned char *bytes, int length, struct segment *segment)
{
	const struct ethhdr *eth = (const void *)bytes;
	const struct iphdr *ip = (const void *)(eth + 1);
	const struct tcphdr *tcp = (const void *)(ip + 1);

	if (length < FRAME_BYTES || eth->h_proto != htons(ETH_P_IP) || ip->ihl != 5 || ip->protocol != IPPROTO_TCP ||
	    !tcp->syn || tcp->ack)
		return false;
	segment->source = ip->saddr;
	segment->dest = ip->daddr;
	segment->source_port = tcp->source;
	segment->dest_port = tcp->dest;
	segment->sequence = ntohl(tcp->seq);
	return true;
}

#endif
