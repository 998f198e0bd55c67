// SPDX-License-Identifier: Apache-2.0
#include "flow_service.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "service_maps.h"

void flow_service_init(struct flow_service *flows)
{
	flows->flows4 = flows->flows6 = -1;
}

void flow_service_close(struct flow_service *flows)
{
	if (flows->flows4 >= 0)
		close(flows->flows4);
	if (flows->flows6 >= 0)
		close(flows->flows6);
	flow_service_init(flows);
}

void flow_service_open(struct flow_service *flows, const struct instance *instance)
{
	char path[PIN_PATH_MAX];

	flow_service_close(flows);
	instance_pin_path(instance, path, SERVICES_DIRECTORY "/flows4");
	flows->flows4 = bpf_obj_get(path);
	instance_pin_path(instance, path, SERVICES_DIRECTORY "/flows6");
	flows->flows6 = bpf_obj_get(path);
}

/* As in a packet of the backend to the client. */
static __u32 reply_ports(const struct event *event)
{
	__be16 ports[2] = { htons(event->destination_port), htons(event->source_port) };
	__u32 both;

	memcpy(&both, ports, sizeof(both));
	return both;
}

static int find4(int fd, const struct event *event, struct flow *flow)
{
	struct flow4_key key = { .ports = reply_ports(event), .proto = event->proto };

	memcpy(&key.source, event->destination, sizeof(key.source));
	memcpy(&key.destination, event->source, sizeof(key.destination));
	return bpf_map_lookup_elem(fd, &key, flow);
}

static int find6(int fd, const struct event *event, struct flow *flow)
{
	struct flow6_key key = { .ports = reply_ports(event), .proto = event->proto };

	memcpy(key.source, event->destination, sizeof(key.source));
	memcpy(key.destination, event->source, sizeof(key.destination));
	return bpf_map_lookup_elem(fd, &key, flow);
}

bool flow_service_find(const struct flow_service *flows, const struct event *event, struct asked_service *service)
{
	int fd = event->family == 4 ? flows->flows4 : flows->flows6;
	struct flow flow;

	if (fd < 0 || event->type != EVENT_VERDICT || !event->family)
		return false;
	if ((event->family == 4 ? find4(fd, event, &flow) : find6(fd, event, &flow)) || !(flow.flags & FLOW_REPLY))
		return false;
	memcpy(service->address, flow.source, sizeof(service->address));
	service->port = ntohs(flow.source_port);
	return true;
}
