// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <string.h>

#include "object.h"

#define REPEAT_MAX 100000000
#define AGE_MAX 1000000

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static const char *read_packet(const json_t *value, struct request *request)
{
	const char *hex = json_string_value(value);
	size_t length = json_string_length(value), i;

	if (!hex || length % 2 || length > 2 * sizeof(request->packet))
		return "packet is not hex of at most 65536 bytes";
	for (i = 0; i < length; i += 2) {
		int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);

		if (high < 0 || low < 0)
			return "packet is not hex of at most 65536 bytes";
		request->packet[i / 2] = high << 4 | low;
	}
	request->size = length / 2;
	return NULL;
}

static const char *read_hook(const char *name, enum hook *hook)
{
	int h;

	for (h = 0; name && h < HOOKS; h++) {
		if (!strcmp(name, hook_name(h))) {
			*hook = h;
			return NULL;
		}
	}
	return "hook is not from_pod or to_pod";
}

const char *request_read(struct request *request, const char *line, size_t length, size_t programs)
{
	json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL), *packet = NULL;
	const char *hook = NULL, *wrong = NULL;
	int fresh = 0, instructions = 0;

	request->repeat = 1;
	request->age = 0;
	if (!json)
		return "not a line of JSON";
	if (json_unpack(json, "{s:I, s:s, s?o, s?I, s?I, s?b, s?b!}", "program", &request->program, "hook", &hook, "packet",
			&packet, "repeat", &request->repeat, "age", &request->age, "fresh", &fresh, "instructions", &instructions) ||
	    !packet == !instructions)
		wrong = "a request has program, hook, packet or instructions, and perhaps repeat, age and fresh";
	else if (request->program < 0 || (size_t)request->program >= programs)
		wrong = "there is no such program";
	else if (request->repeat < 1 || request->repeat > REPEAT_MAX)
		wrong = "repeat is not from 1 to 100000000";
	else if (request->age < 0 || request->age > AGE_MAX)
		wrong = "age is not from 0 to 1000000";
	else
		wrong = read_hook(hook, &request->hook);
	if (!wrong && packet)
		wrong = read_packet(packet, request);
	request->fresh = fresh;
	request->instructions = instructions;
	json_decref(json);
	return wrong;
}
