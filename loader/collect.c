// SPDX-License-Identifier: Apache-2.0
#include "collect.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "commands.h"
#include "failure.h"
#include "map_walk.h"
#include "map_writes.h"
#include "timeouts.h"

struct collector {
	struct map_writes writes;
	bool connections, established;
	__u32 now;
	size_t count;
};

/* As bpf_ktime_get_coarse_ns() has it. */
static __u32 ticks(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	return (time.tv_sec * 1000000000ULL + time.tv_nsec) >> TICK_SHIFT;
}

static __u32 protocol_of(const struct collector *c, const void *key)
{
	return c->writes.key_size == sizeof(struct key4) ? ((const struct key4 *)key)->proto :
							   ((const struct key6 *)key)->proto;
}

static bool connection_is_over(const struct collector *c, const void *key, const struct connection *connection)
{
	const __u8 both = CONNECTION_FIN_OPENER | CONNECTION_FIN_OTHER;
	bool closed = connection->flags & CONNECTION_RESET || (connection->flags & both) == both;
	__s32 silent = c->now - connection->seen;

	if (silent <= (closed ? TIMEOUT_CLOSING : TIMEOUT_HALF_OPEN))
		return false;
	return !c->established || closed || silent > (protocol_of(c, key) == IPPROTO_TCP ? TIMEOUT_TCP : TIMEOUT_OTHER);
}

static int look(void *context, const void *key, void *value)
{
	struct collector *c = context;
	bool over = c->connections ?
			    connection_is_over(c, key, value) :
			    (__s32)(c->now - ((const struct fragment_pass *)value)->seen) > TIMEOUT_FRAGMENTS;

	if (!over)
		return 0;
	c->count++;
	return map_writes_delete(&c->writes, key) ? 1 : 0;
}

static size_t collect(const struct map_set *maps, enum shared_map map, size_t key_size, size_t value_size)
{
	struct collector c = { .connections = value_size == sizeof(struct connection),
			       .established = map == MAP_established4 || map == MAP_established6,
			       .now = ticks() };
	int err = map_writes_start(&c.writes, maps->fd[map], map_name(map), key_size, value_size);

	if (!err)
		err = map_walk(maps->fd[map], look, &c);
	/* What cannot be collected now is tried again, or evicted. */
	if (map_writes_end(&c.writes, err))
		failure_forget();
	return c.count;
}

size_t collect_expired(const struct map_set *maps)
{
	return collect(maps, MAP_established4, sizeof(struct key4), sizeof(struct connection)) +
	       collect(maps, MAP_established6, sizeof(struct key6), sizeof(struct connection)) +
	       collect(maps, MAP_half_open4, sizeof(struct key4), sizeof(struct connection)) +
	       collect(maps, MAP_half_open6, sizeof(struct key6), sizeof(struct connection)) +
	       collect(maps, MAP_fragments4, sizeof(struct fragment4), sizeof(struct fragment_pass)) +
	       collect(maps, MAP_fragments6, sizeof(struct fragment6), sizeof(struct fragment_pass));
}

int command_collect(const struct instance *instance)
{
	struct map_set maps;
	int err = -1;

	map_set_init(&maps);
	if (!instance_has(instance, LAYOUT "/control"))
		return fail("apply a state first", "there is no instance %s", instance->name);
	if (!map_set_open(&maps, instance, LAYOUT))
		err = answer_print(json_pack("{s:s, s:I}", "instance", instance->name, "collected",
					     (json_int_t)collect_expired(&maps)));
	map_set_close(&maps);
	return err;
}
