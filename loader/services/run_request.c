// SPDX-License-Identifier: Apache-2.0
#include "run_request.h"

#include <stdlib.h>
#include <string.h>

#define PACKET_MAX 65536
#define REPEAT_MAX 10000000
#define AGE_MAX 1000000 /* more than any time-out */

static const char *read_program(const char *hook, const char *object, enum service_program *program)
{
	int i;

	if (!strcmp(object, "xdp")) {
		*program = PROGRAM_FROM_LINK_XDP;
		return strcmp(hook, "from_link") ? "the object xdp has the hook from_link only" : NULL;
	}
	if (strcmp(object, "tc"))
		return "object is not tc or xdp";
	for (i = PROGRAM_FROM_POD; i <= PROGRAM_TO_LINK; i++) {
		if (!strcmp(hook, service_program_name(i))) {
			*program = i;
			return NULL;
		}
	}
	return "hook is not from_pod, to_pod, from_link or to_link";
}

static const char *read_packet(struct run_request *r)
{
	const char *hook = NULL, *object = "tc", *packet = NULL, *wrong;
	int fresh = 0, instructions = 0;

	r->repeat = 1;
	if (json_unpack(r->json, "{s:s, s?s, s?s, s?I, s?I, s?I, s?I, s?I, s?b, s?b!}", "hook", &hook, "object", &object,
			"packet", &packet, "ifindex", &r->ifindex, "repeat", &r->repeat, "age", &r->age, "gso_size",
			&r->gso_size, "mark", &r->mark, "fresh", &fresh, "instructions", &instructions) ||
	    !packet == !instructions)
		return "a request has hook, packet or instructions, and perhaps object, ifindex, repeat, age, gso_size, mark "
		       "and fresh; or apply, counters or flows alone";
	wrong = read_program(hook, object, &r->program);
	if (wrong)
		return wrong;
	r->fresh = fresh;
	r->kind = instructions ? RUN_INSTRUCTIONS : RUN_PACKET;
	if (r->repeat < 1 || r->repeat > REPEAT_MAX)
		return "repeat is not from 1 to 10000000";
	if (r->age < 0 || r->age > AGE_MAX)
		return "age is not from 0 to 1000000";
	if (packet && (base64_decode(packet, strlen(packet), &r->packet) || r->packet.size > PACKET_MAX))
		return "packet is not base64 of at most 65536 bytes";
	return NULL;
}

static bool read_question(struct run_request *r, const char *name, enum run_kind kind)
{
	r->kind = kind;
	return json_object_size(r->json) == 1 && json_is_true(json_object_get(r->json, name));
}

const char *run_request_read(struct run_request *r, const char *line, size_t length)
{
	*r = (struct run_request){ .json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL) };
	if (!r->json)
		return "not a line of JSON";
	if (read_question(r, "counters", RUN_COUNTERS) || read_question(r, "flows", RUN_FLOWS))
		return NULL;
	r->state = json_object_get(r->json, "apply");
	if (r->state && json_object_size(r->json) == 1) {
		r->kind = RUN_APPLY;
		return NULL;
	}
	return read_packet(r);
}

void run_request_free(struct run_request *r)
{
	free(r->packet.data);
	json_decref(r->json);
}
