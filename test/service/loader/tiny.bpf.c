// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* tiny.bpf.c: programs of services for tests of the loader: small, quick to load, with the tables and flows of the real ones.
 * A datagram of IPv4 to a frontend gets the address and port of the endpoint that the Maglev table has at the place of its
 * source port; it is counted and remembered as a flow. All else passes. With XDP it is the other object.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "service/service_maps.h"

static __always_inline __u32 member_of(const struct endpoint_set *set, __u32 place)
{
	__u32 segment = set->row / ROWS_IN_SEGMENT, row = set->row % ROWS_IN_SEGMENT;
	const __u16 *places;
	void *rows;

	if (set->row == ROW_NONE)
		return 0;
	rows = bpf_map_lookup_elem(&maglev, &segment);
	places = rows ? bpf_map_lookup_elem(rows, &row) : NULL;
	return places && place < service.table_size ? places[place] : 0;
}

static __always_inline const struct endpoint *choose(const struct iphdr *ip, const struct udphdr *udp, __u32 *port)
{
	struct frontend4_key key = { .address = ip->daddr, .port = udp->dest, .proto = ip->protocol };
	const struct frontend *frontend = bpf_map_lookup_elem(&frontends4, &key);
	const struct service_port *service_port;
	const struct endpoint_set *set;
	const __u32 *id;
	__u32 at;

	if (!frontend)
		return NULL;
	*port = frontend->service_port;
	service_port = bpf_map_lookup_elem(&service_ports, port);
	if (!service_port)
		return NULL;
	at = service_port->set[frontend->kind == FRONTEND_CLUSTER_IP ? FOR_CLUSTER_IP : FOR_OUTSIDE];
	set = bpf_map_lookup_elem(&sets, &at);
	if (!set || !set->count)
		return NULL;
	at = set->members + member_of(set, bpf_ntohs(udp->source) % service.table_size);
	id = bpf_map_lookup_elem(&members, &at);
	return id ? bpf_map_lookup_elem(&endpoints, id) : NULL;
}

static __always_inline __u16 mended(__u16 check, __be32 before, const void *after)
{
	__u32 sum = bpf_csum_diff(&before, sizeof(before), (__be32 *)after, sizeof(before), (__u16)~check);

	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static __always_inline void judge(void *data, void *end, int hook)
{
	struct ethhdr *ethernet = data;
	struct iphdr *ip = data + sizeof(*ethernet);
	struct udphdr *udp = data + sizeof(*ethernet) + sizeof(*ip);
	struct flow flow = { .hook = hook };
	struct flow4_key key = {};
	const struct endpoint *endpoint;
	__u32 counter = SERVICE_COUNT_OPENED;
	__u64 *count = bpf_map_lookup_elem(&service_counters, &counter);

	if ((void *)(udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP)
		return;
	if (!bpf_map_lookup_elem(&destinations4, &ip->daddr))
		return;
	endpoint = choose(ip, udp, &flow.service_port);
	if (!endpoint || !endpoint->identity)
		return;
	key.source = ip->saddr;
	key.destination = ip->daddr;
	__builtin_memcpy(&key.ports, udp, sizeof(key.ports));
	key.proto = ip->protocol;
	flow.identity = endpoint->identity;
	__builtin_memcpy(flow.destination, endpoint->address, 4);
	flow.destination_port = endpoint->port;
	bpf_map_update_elem(&flows4, &key, &flow, BPF_ANY);
	if (count)
		(*count)++;
	ip->check = mended(ip->check, ip->daddr, flow.destination);
	__builtin_memcpy(&ip->daddr, endpoint->address, 4);
	udp->dest = endpoint->port;
	udp->check = 0;
}

#ifdef XDP
SEC("xdp") int from_link_xdp(struct xdp_md *context)
{
	judge((void *)(long)context->data, (void *)(long)context->data_end, SERVICE_FROM_LINK);
	return XDP_PASS;
}
#else
#define PROGRAM(name, hook)                                                                          \
	SEC("tc") int name(struct __sk_buff *skb)                                                    \
	{                                                                                            \
		judge((void *)(long)skb->data, (void *)(long)skb->data_end, hook);                   \
		return TC_ACT_UNSPEC;                                                                \
	}

PROGRAM(from_pod, SERVICE_FROM_POD)
PROGRAM(to_pod, SERVICE_TO_POD)
PROGRAM(from_link, SERVICE_FROM_LINK)
PROGRAM(to_link, SERVICE_TO_LINK)
#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";
