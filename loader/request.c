// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <arpa/inet.h>
#include <string.h>

#include "attachment.h"

#define REPEAT_MAX 100000000
#define AGE_MAX 1000000 /* more than any time-out */

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

static const char *read_tier(const char *name, bool *specialised)
{
	*specialised = !strcmp(name, "specialised");
	return *specialised || !strcmp(name, "table") ? NULL : "tier is not table or specialised";
}

static const char *read_address(const json_t *value, struct request *request)
{
	const char *text = json_string_value(value);

	if (text && inet_pton(AF_INET, text, &request->address4) == 1)
		return NULL;
	if (text && inet_pton(AF_INET6, text, request->address6) == 1)
		return NULL;
	return "address is not an address, or a list of them";
}

/* The pod's first address of each family. */
static const char *read_addresses(const json_t *value, struct request *request)
{
	const char *wrong = NULL;
	size_t i;

	request->address4 = 0;
	memset(request->address6, 0, sizeof(request->address6));
	if (!value)
		return NULL;
	request->source_check = true;
	if (!json_is_array(value))
		return read_address(value, request);
	for (i = 0; i < json_array_size(value) && !wrong; i++)
		wrong = read_address(json_array_get(value, i), request);
	return wrong;
}

static const char *check(const struct request *request, json_int_t subject, __u32 subjects)
{
	if (subject < 0 || subject >= subjects)
		return "there is no such subject";
	if (request->repeat < 1 || request->repeat > REPEAT_MAX)
		return "repeat is not from 1 to 100000000";
	if (request->age < 0 || request->age > AGE_MAX)
		return "age is not from 0 to 1000000";
	return NULL;
}

const char *request_read(struct request *request, const char *line, size_t length, __u32 subjects)
{
	json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL), *packet = NULL, *address = NULL;
	int fresh = 0, instructions = 0, own_node = 0, source_check = 0;
	const char *hook = NULL, *tier = "table", *wrong;
	json_int_t subject = -1;

	request->repeat = 1;
	request->age = 0;
	if (!json)
		return "not a line of JSON";
	if (json_unpack(json, "{s:I, s:s, s?s, s?o, s?o, s?b, s?b, s?I, s?I, s?b, s?b!}", "subject", &subject, "hook", &hook,
			"tier", &tier, "packet", &packet, "address", &address, "source_check", &source_check, "own_node",
			&own_node, "repeat", &request->repeat, "age", &request->age, "fresh", &fresh, "instructions",
			&instructions) ||
	    !packet == !instructions)
		wrong = "a request has subject, hook, packet or instructions, and perhaps tier, address, source_check, "
			"own_node, repeat, age and fresh";
	else
		wrong = check(request, subject, subjects);
	request->subject = subject;
	request->fresh = fresh;
	request->instructions = instructions;
	request->own_node = own_node;
	request->source_check = source_check;
	if (!wrong)
		wrong = read_hook(hook, &request->hook);
	if (!wrong)
		wrong = read_tier(tier, &request->specialised);
	if (!wrong)
		wrong = read_addresses(address, request);
	if (!wrong && packet)
		wrong = read_packet(packet, request);
	json_decref(json);
	return wrong;
}
