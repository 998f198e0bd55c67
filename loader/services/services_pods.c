// SPDX-License-Identifier: Apache-2.0
/* services_pods.c: the pods that have programs of services, while a loader is resident. */
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "pod_sources.h"
#include "services.h"

static struct pod_item *find(const struct services *services, const char *interface)
{
	size_t i;

	for (i = 0; i < services->pod_count; i++)
		if (!strcmp(services->pods[i].interface, interface))
			return &services->pods[i];
	return NULL;
}

static void forget(struct services *services, struct pod_item *pod)
{
	free((char *)pod->interface);
	*pod = services->pods[--services->pod_count];
}

static int keep(struct services *services, const struct pod_item *pod)
{
	struct pod_item *known = find(services, pod->interface), *grown;

	if (known) {
		known->ifindex = pod->ifindex;
		return 0;
	}
	grown = realloc(services->pods, (services->pod_count + 1) * sizeof(*grown));
	if (!grown)
		return fail(NULL, "out of memory");
	services->pods = grown;
	grown[services->pod_count] = (struct pod_item){ .interface = strdup(pod->interface), .ifindex = pod->ifindex };
	if (!grown[services->pod_count].interface)
		return fail(NULL, "out of memory");
	services->pod_count++;
	return 0;
}

static void prune(struct services *services, unsigned int ifindex, const struct pod_item *pod)
{
	if (pod_sources_prune(&services->tables, ifindex, pod))
		problem_of_failure(services->problems, "what interface %u sent from is still known", ifindex);
}

/* Of the pod before a change: an interface may have been made anew. */
static void forget_sources(struct services *services, const struct pod_item *pod)
{
	const struct pod_item *known = find(services, pod->interface);

	if (known && known->ifindex && known->ifindex != pod->ifindex)
		prune(services, known->ifindex, NULL);
	if (pod->ifindex)
		prune(services, pod->ifindex, pod);
}

void services_free_pods(struct services *services)
{
	while (services->pod_count)
		forget(services, &services->pods[0]);
	free(services->pods);
	services->pods = NULL;
}

int services_keep_pods(struct services *services, const struct wanted *wanted)
{
	const struct items *items = &wanted->items[ITEM_PODS];
	const struct pod_item *put = items->put;
	size_t i;

	if (wanted->whole)
		services_free_pods(services);
	for (i = 0; i < items->puts; i++) {
		if (!wanted->whole)
			forget_sources(services, &put[i]);
		if (keep(services, &put[i]))
			return -1;
	}
	return 0;
}

static void detach(struct services *services, unsigned int ifindex, int place)
{
	if (service_link_drop(&services->links, services->instance, ifindex, place))
		problem_of_failure(services->problems, "interface %u keeps a program that it no longer needs", ifindex);
}

/* One that is not known has nothing to lose: its interface was missing. */
void services_detach_pods(struct services *services, const struct wanted *wanted)
{
	const struct items *items = &wanted->items[ITEM_PODS];
	const struct pod_item *removed = items->removed;
	struct pod_item *pod;
	size_t i;

	for (i = 0; i < items->removes; i++) {
		pod = find(services, removed[i].interface);
		if (!pod)
			continue;
		detach(services, pod->ifindex, PROGRAM_FROM_POD);
		detach(services, pod->ifindex, PROGRAM_TO_POD);
		prune(services, pod->ifindex, NULL);
		forget(services, pod);
	}
}
