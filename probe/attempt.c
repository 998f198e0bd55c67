// SPDX-License-Identifier: Apache-2.0
/* The probes in flight, from start to answer. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

/* An answer that is late by this, or by a quarter of the timeout, is asked for again. */
#define RESEND_US 200000

struct probe probes = { .next = &probes, .previous = &probes };
unsigned int probes_in_flight;

uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint32_t random_u32(void)
{
	uint32_t value = 0;

	if (getrandom(&value, sizeof(value), 0) != sizeof(value))
		abort();
	return value;
}

uint16_t next_source_port(void)
{
	static uint16_t last;

	if (!last)
		last = (uint16_t)random_u32();
	last = (uint16_t)(last + 1);
	if (last < 32768)
		last = (uint16_t)(last + 32768);
	return last;
}

static void probe_free(struct probe *probe)
{
	if (probe->source.fd >= 0)
		close(probe->source.fd);
	probe->next->previous = probe->previous;
	probe->previous->next = probe->next;
	free(probe);
	probes_in_flight--;
}

static void answer(struct probe *probe, const char *result, const char *reason)
{
	printf("{\"id\":%llu,\"result\":\"%s\"", (unsigned long long)probe->id, result);
	if (reason)
		printf(",\"reason\":\"%s\"", reason);
	printf(",\"us\":%llu}\n", (unsigned long long)(now_us() - probe->started_us));
	probe_free(probe);
}

void probe_end(struct probe *probe, const char *result)
{
	answer(probe, result, NULL);
}

void probe_end_errno(struct probe *probe, int error)
{
	if (error == ECONNREFUSED)
		answer(probe, "refused", NULL);
	else
		answer(probe, "error", strerrorname_np(error));
}

static bool parse_address(const char *text, uint16_t port, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons(port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = htons(port);
		return true;
	}
	return false;
}

static uint64_t resend_after(const struct probe *probe)
{
	uint64_t quarter = (probe->deadline_us - probe->started_us) / 4;

	return quarter < RESEND_US ? quarter : RESEND_US;
}

void probe_start(const struct protocol *protocol, const char *address, uint16_t port, uint64_t id,
			unsigned int timeout_ms)
{
	struct probe *probe = calloc(1, sizeof(*probe));

	if (!probe || !parse_address(address, port, &probe->to)) {
		printf("{\"id\":%llu,\"result\":\"error\",\"reason\":\"%s\",\"us\":0}\n", (unsigned long long)id,
		       probe ? "not an address" : "ENOMEM");
		free(probe);
		return;
	}
	probe->source.fd = -1;
	probe->protocol = protocol;
	probe->port = port;
	probe->id = id;
	probe->tag = random_u32() | 1; /* an SCTP tag must not be 0 */
	probe->source_port = next_source_port();
	probe->started_us = now_us();
	probe->deadline_us = probe->started_us + (uint64_t)timeout_ms * 1000;
	probe->resend_us = probe->started_us + resend_after(probe);
	probe->next = &probes;
	probe->previous = probes.previous;
	probe->previous->next = probe;
	probes.previous = probe;
	probes_in_flight++;
	protocol->start(probe);
}

void probes_tick(void)
{
	uint64_t now = now_us();
	struct probe *probe, *next;

	for (probe = probes.next; probe != &probes; probe = next) {
		next = probe->next;
		if (now >= probe->deadline_us) {
			probe_end(probe, "timeout");
		} else if (probe->protocol->resend && now >= probe->resend_us) {
			probe->resend_us += resend_after(probe);
			probe->protocol->resend(probe);
		}
	}
}
