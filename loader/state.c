// SPDX-License-Identifier: Apache-2.0
#include "state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "fields.h"
#include "file.h"
#include "state_lists.h"

#define ENTRIES_MAX (1u << 26)
#define RECORD_CLASS_SIZE sizeof(uint32_t)

static const char *const state_names[] = { "version",	 "epoch",      "dispatcher", "config", "sizes",	   "addresses4",
					   "addresses6", "cidrs4",     "cidrs6",     "programs", "pods",   NULL };
static const char *const config_names[] = { "ipv6",	  "audit", "log_allowed", "log_denied", "deny_events_per_second",
					    NULL };
static const char *const size_names[] = { "established", "half_open", "fragments", "events_bytes", NULL };

static int read_config(const struct fields *root, struct config *config)
{
	bool ipv6, audit, log_allowed, log_denied;
	struct fields fields;

	if (field_object(root, "config", config_names, &fields) || field_bool(&fields, "ipv6", &ipv6) ||
	    field_bool(&fields, "audit", &audit) || field_bool(&fields, "log_allowed", &log_allowed) ||
	    field_bool(&fields, "log_denied", &log_denied) ||
	    field_u32(&fields, "deny_events_per_second", 0, UINT32_MAX, &config->deny_events_per_second))
		return -1;
	config->ipv6 = ipv6;
	config->audit = audit;
	config->log_allowed = log_allowed;
	config->log_denied = log_denied;
	return 0;
}

static int read_sizes(const struct fields *root, struct state_sizes *sizes)
{
	uint32_t page = sysconf(_SC_PAGESIZE);
	struct fields fields;

	if (field_object(root, "sizes", size_names, &fields) ||
	    field_u32(&fields, "established", 1, ENTRIES_MAX, &sizes->established) ||
	    field_u32(&fields, "half_open", 1, ENTRIES_MAX, &sizes->half_open) ||
	    field_u32(&fields, "fragments", 1, ENTRIES_MAX, &sizes->fragments) ||
	    field_u32(&fields, "events_bytes", page, 1u << 30, &sizes->events_bytes))
		return -1;
	if (sizes->events_bytes & (sizes->events_bytes - 1))
		return fail(NULL, "%s: sizes.events_bytes is not a power of two", root->file);
	return 0;
}

/* Prefix lengths stand first in a record. */
static int check_prefixes(const struct fields *root, const char *name, const struct bytes *records, size_t size,
			  uint32_t max)
{
	size_t at;

	for (at = 0; at < records->size; at += size) {
		uint32_t prefix;

		memcpy(&prefix, records->data + at, sizeof(prefix));
		if (prefix > max)
			return fail(NULL, "%s: record %zu of %s has prefix length %u", root->file, at / size, name,
				    prefix);
	}
	return 0;
}

static int read_addresses(const struct fields *root, struct state *state)
{
	const size_t cidr4 = sizeof(struct cidr4_key) + RECORD_CLASS_SIZE;
	const size_t cidr6 = sizeof(struct cidr6_key) + RECORD_CLASS_SIZE;

	if (field_bytes(root, "addresses4", 4 + RECORD_CLASS_SIZE, &state->addresses4) ||
	    field_bytes(root, "addresses6", 16 + RECORD_CLASS_SIZE, &state->addresses6) ||
	    field_bytes(root, "cidrs4", cidr4, &state->cidrs4) || field_bytes(root, "cidrs6", cidr6, &state->cidrs6))
		return -1;
	if (check_prefixes(root, "cidrs4", &state->cidrs4, cidr4, 32))
		return -1;
	return check_prefixes(root, "cidrs6", &state->cidrs6, cidr6, 128);
}

static int read_root(struct state *state)
{
	struct fields root = { .file = state->path, .object = state->json };
	const char *dispatcher;
	uint32_t version;

	if (fields_open(&root, state_names) || field_u32(&root, "version", 1, 1, &version) ||
	    field_u32(&root, "epoch", 1, UINT32_MAX, &state->epoch) ||
	    field_string(&root, "dispatcher", &dispatcher) || read_config(&root, &state->config) ||
	    read_sizes(&root, &state->sizes) || read_addresses(&root, state))
		return -1;
	state->config.epoch = state->epoch;
	state->dispatcher = state_beside(state, dispatcher);
	if (!state->dispatcher)
		return fail(NULL, "out of memory");
	return state_read_lists(&root, state);
}

int state_read(struct state *state, const char *path)
{
	json_error_t error;
	struct bytes text;

	*state = (struct state){ .path = path };
	if (file_read(path, &text))
		return -1;
	state->json = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error);
	free(text.data);
	if (!state->json)
		return fail(NULL, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	return read_root(state);
}

void state_free(struct state *state)
{
	size_t i;

	for (i = 0; i < state->program_count; i++) {
		free(state->programs[i].subject.data);
		free(state->programs[i].peers.data);
		free(state->programs[i].table.data);
	}
	for (i = 0; i < state->file_count; i++) {
		free(state->files[i].path);
		free(state->files[i].bytes.data);
	}
	free(state->addresses4.data);
	free(state->addresses6.data);
	free(state->cidrs4.data);
	free(state->cidrs6.data);
	free(state->programs);
	free(state->files);
	free(state->pods);
	free(state->dispatcher);
	json_decref(state->json);
	*state = (struct state){ 0 };
}
