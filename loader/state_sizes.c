// SPDX-License-Identifier: Apache-2.0
#include "state_sizes.h"

#include <unistd.h>

#include "failure.h"

#define ENTRIES_MAX (1u << 26)
#define SUBJECTS_MAX (1u << 16)
#define STEPS_MAX (1u << 26) /* a row has 27 bits for where a run starts */
#define ROWS_MAX (1u << 27)  /* of a bank: 1 GiB */

static const char *const settings_names[] = { "ipv6",	     "audit",
					      "log_allowed", "log_denied",
					      "log_dropped", "deny_events_per_second",
					      "allow_events_per_second", NULL };
static const char *const size_names[] = { "established", "half_open", "fragments", "events_bytes", "subjects",
					  "classes",	 "steps",     "blocks",	   "addresses",	   NULL };

int state_read_settings(const struct fields *root, struct state *state)
{
	bool ipv6, audit, log_allowed, log_denied, log_dropped;
	struct settings *settings = &state->settings;
	struct fields fields;

	if (field_object(root, "settings", settings_names, &fields) || field_bool(&fields, "ipv6", &ipv6) ||
	    field_bool(&fields, "audit", &audit) || field_bool(&fields, "log_allowed", &log_allowed) ||
	    field_bool(&fields, "log_denied", &log_denied) || field_bool(&fields, "log_dropped", &log_dropped) ||
	    field_u32(&fields, "deny_events_per_second", 0, UINT32_MAX, &settings->deny_events_per_second) ||
	    field_u32(&fields, "allow_events_per_second", 0, UINT32_MAX, &settings->allow_events_per_second))
		return -1;
	settings->ipv6 = ipv6;
	settings->audit = audit;
	settings->log_allowed = log_allowed;
	settings->log_denied = log_denied;
	settings->log_dropped = log_dropped;
	state->has_settings = true;
	return 0;
}

int state_read_sizes(const struct fields *root, struct state *state)
{
	uint32_t page = sysconf(_SC_PAGESIZE);
	struct map_sizes *sizes = &state->sizes;
	struct layout *layout = &sizes->layout;
	struct fields fields;

	if (field_object(root, "sizes", size_names, &fields) ||
	    field_u32(&fields, "established", 1, ENTRIES_MAX, &sizes->established) ||
	    field_u32(&fields, "half_open", 1, ENTRIES_MAX, &sizes->half_open) ||
	    field_u32(&fields, "fragments", 1, ENTRIES_MAX, &sizes->fragments) ||
	    field_u32(&fields, "events_bytes", page, 1u << 30, &sizes->events_bytes) ||
	    field_u32(&fields, "subjects", 1, SUBJECTS_MAX, &layout->subjects) ||
	    field_u32(&fields, "classes", 1, ENTRIES_MAX, &layout->classes) ||
	    field_u32(&fields, "steps", 1, STEPS_MAX, &layout->steps) ||
	    field_u32(&fields, "blocks", 1, ENTRIES_MAX, &layout->blocks) ||
	    field_u32(&fields, "addresses", 1, ENTRIES_MAX, &sizes->addresses))
		return -1;
	if (sizes->events_bytes & (sizes->events_bytes - 1))
		return fail(NULL, "%s: sizes.events_bytes is not a power of two", root->file);
	if ((uint64_t)layout->subjects * layout->classes > ROWS_MAX)
		return fail(NULL, "%s: sizes.subjects times sizes.classes is more than %u rows", root->file, ROWS_MAX);
	return 0;
}
