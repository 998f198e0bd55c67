// SPDX-License-Identifier: Apache-2.0
#include "test_pod.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/if_ether.h>
#include <string.h>

#include "recent.h"

#define NO_INTERFACE 0xffffffff /* in test runs every packet seems to be the node's own: it has come in nowhere */

/* Where a packet says that it comes from, with the size of that; NULL if it is none of these. */
static const unsigned char *source_of(const struct request *request, size_t *size)
{
	const unsigned char *packet = request->packet;
	__u16 type;
	size_t at;

	if (request->size < ETH_HLEN)
		return NULL;
	type = packet[12] << 8 | packet[13];
	*size = type == ETH_P_IPV6 ? 16 : 4;
	at = ETH_HLEN + (type == ETH_P_IPV6 ? 8 : type == ETH_P_IP ? 12 : 14);
	if ((type != ETH_P_IP && type != ETH_P_IPV6 && type != ETH_P_ARP) || request->size < at + *size)
		return NULL;
	return packet + at;
}

int test_pod_set(const struct map_set *maps, struct banks *banks, const struct request *request)
{
	struct pod pod = { .subject = { request->subject, request->subject },
			   .netns = -1,
			   .address4 = request->address4,
			   .address6 = { request->address6[0], request->address6[1] } };
	static struct pod last;
	const unsigned char *source;
	const __u32 key = TEST_POD_IFINDEX;
	size_t size = 0;

	source = request->source_check ? NULL : source_of(request, &size);
	if (source)
		memcpy(size == 4 ? (void *)&pod.address4 : (void *)pod.address6, source, size);
	banks->control->settings[0].local_ifindex = request->own_node ? 0 : NO_INTERFACE;
	banks->control->settings[1].local_ifindex = request->own_node ? 0 : NO_INTERFACE;
	if (!memcmp(&pod, &last, sizeof(pod)))
		return 0;
	last = pod;
	return bpf_map_update_elem(maps->fd[MAP_pods], &key, &pod, BPF_ANY) ||
	       recent_forget(maps, TEST_POD_IFINDEX);
}
