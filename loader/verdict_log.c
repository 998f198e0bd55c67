// SPDX-License-Identifier: Apache-2.0
#include "verdict_log.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <time.h>

#include "counter.h"

#define SECOND 1000000000LL

bool event_of_run(const struct event *event)
{
	return event->type == EVENT_DROP || event->verdict == EVENT_DENY;
}

bool event_known(const struct event *event, size_t size)
{
	return size >= sizeof(*event) && event->version == EVENT_VERSION && event->length >= sizeof(*event) &&
	       (event->type == EVENT_VERDICT || event->type == EVENT_DROP);
}

__u64 event_count(const struct event *event, struct reported_run *run)
{
	__u64 before = 0;

	if (!event_of_run(event) || !run)
		return event->total;
	if (event->first_ns < run->first_ns)
		return 0; /* the end of a run that a later one has followed */
	if (event->first_ns == run->first_ns)
		before = run->total;
	if (event->total <= before)
		return 0;
	run->first_ns = event->first_ns;
	run->total = event->total;
	return event->total - before;
}

__s64 wall_offset_ns(void)
{
	struct timespec wall, monotonic;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	return (wall.tv_sec - monotonic.tv_sec) * SECOND + wall.tv_nsec - monotonic.tv_nsec;
}

static void print_time(FILE *out, __u64 wall_ns)
{
	time_t seconds = wall_ns / SECOND;
	char text[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(out, "%s.%09" PRIu64 "Z", text, (uint64_t)(wall_ns % SECOND));
}

/* Nothing that was dropped before it was read has ends. */
static void print_ends(FILE *out, const struct event *event)
{
	int family = event->family == 4 ? AF_INET : AF_INET6;
	char source[INET6_ADDRSTRLEN] = "", destination[INET6_ADDRSTRLEN] = "";

	if (!event->family)
		return;
	inet_ntop(family, event->source, source, sizeof(source));
	inet_ntop(family, event->destination, destination, sizeof(destination));
	fprintf(out, ",\"source\":\"%s\",\"destination\":\"%s\",\"source_port\":%u,\"destination_port\":%u,\"proto\":%u",
		source, destination, event->source_port, event->destination_port, event->proto);
}

static void print_service(FILE *out, const struct event *event, const struct asked_service *service)
{
	char address[INET6_ADDRSTRLEN] = "";

	inet_ntop(event->family == 4 ? AF_INET : AF_INET6, service->address, address, sizeof(address));
	fprintf(out, ",\"service\":{\"address\":\"%s\",\"port\":%u}", address, service->port);
}

void event_print(FILE *out, const struct event *event, __u64 count, __s64 wall_offset,
		 const struct asked_service *service)
{
	static const char *const verdicts[] = { [EVENT_DENY] = "deny", [EVENT_ALLOW] = "allow", [EVENT_AUDIT] = "audit" };

	fputs("{\"time\":\"", out);
	print_time(out, event->time_ns + wall_offset);
	putc('"', out);
	print_ends(out, event);
	if (service)
		print_service(out, event, service);
	if (event->type == EVENT_DROP)
		fprintf(out, ",\"drop\":\"%s\"", counter_name(event->reason));
	else
		fprintf(out, ",\"side\":\"%s\",\"rule\":%u,\"profile\":%u",
			event->side == SIDE_EGRESS ? "egress" : "ingress", event->rule, event->profile);
	fprintf(out, ",\"verdict\":\"%s\",\"generation\":%u,\"count\":%" PRIu64 ",\"ifindex\":%u}",
		verdicts[event->verdict % 3], event->generation, (uint64_t)count, event->ifindex);
}
