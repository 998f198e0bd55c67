// SPDX-License-Identifier: Apache-2.0
#include "addresses.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "map_walk.h"
#include "map_writes.h"

#define CLASS_SIZE sizeof(__u32)

/* One family's map while it is written. */
struct writer {
	struct map_writes writes;
	int bank, from;
	const unsigned char *records; /* of a whole state: sorted by address */
	size_t count;
	bool *seen;
};

static const struct address absent = { .class = { ADDRESS_ABSENT, ADDRESS_ABSENT } };

static int put(struct writer *w, const void *key, const struct address *old, __u32 class)
{
	struct address new = *old;

	if (old->class[w->bank] == class && memcmp(old, &absent, sizeof(absent)))
		return 0;
	new.class[w->bank] = class;
	return memcmp(&new, &absent, sizeof(absent)) ? map_writes_put(&w->writes, key, &new) :
						       map_writes_delete(&w->writes, key);
}

static __u32 class_of(const struct writer *w, const unsigned char *record)
{
	__u32 class;

	memcpy(&class, record + w->writes.key_size, sizeof(class));
	return class;
}

static int compare4(const void *a, const void *b)
{
	return memcmp(a, b, 4);
}

static int compare6(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

/* An entry that is there, for a whole state. */
static int replace(void *context, const void *key, void *value)
{
	struct writer *w = context;
	size_t size = w->writes.key_size + CLASS_SIZE;
	const unsigned char *record = bsearch(key, w->records, w->count, size, size == 8 ? compare4 : compare6);

	if (record)
		w->seen[(record - w->records) / size] = true;
	return put(w, key, value, record ? class_of(w, record) : ADDRESS_ABSENT) ? 1 : 0;
}

static int cannot_walk(const struct writer *w)
{
	return fail_errno(errno, "cannot read the map %s", w->writes.name);
}

static int write_whole(struct writer *w)
{
	size_t size = w->writes.key_size + CLASS_SIZE, i;
	int err = map_walk(w->writes.fd, replace, w);

	if (err)
		return err < 0 ? cannot_walk(w) : -1;
	for (i = 0; i < w->count; i++)
		if (!w->seen[i] && put(w, w->records + i * size, &absent, class_of(w, w->records + i * size)))
			return -1;
	return 0;
}

static int write_delta(struct writer *w, const struct bytes *records)
{
	size_t size = w->writes.key_size + CLASS_SIZE, at;
	struct address old;

	for (at = 0; at < records->size; at += size) {
		if (bpf_map_lookup_elem(w->writes.fd, records->data + at, &old))
			old = absent;
		if (put(w, records->data + at, &old, class_of(w, records->data + at)))
			return -1;
	}
	return 0;
}

static int write_family(const struct map_set *maps, enum shared_map map, int bank, struct bytes *records, size_t key_size,
			bool whole)
{
	struct writer w = { .bank = bank, .records = records->data, .count = records->size / (key_size + CLASS_SIZE) };
	int err = map_writes_start(&w.writes, maps->fd[map], map_name(map), key_size, sizeof(struct address));

	if (!err && whole) {
		qsort(records->data, w.count, key_size + CLASS_SIZE, key_size == 4 ? compare4 : compare6);
		w.seen = calloc(w.count + 1, sizeof(*w.seen));
		err = w.seen ? write_whole(&w) : fail(NULL, "out of memory");
		free(w.seen);
	} else if (!err) {
		err = write_delta(&w, records);
	}
	return map_writes_end(&w.writes, err);
}

int addresses_write(const struct map_set *maps, int bank, const struct state *state)
{
	struct bytes four = state->addresses4, six = state->addresses6;

	if (write_family(maps, MAP_addresses4, bank, &four, 4, state->whole))
		return -1;
	return write_family(maps, MAP_addresses6, bank, &six, 16, state->whole);
}

static int copy_one(void *context, const void *key, void *value)
{
	struct writer *w = context;
	const struct address *old = value;

	return put(w, key, old, old->class[w->from]) ? 1 : 0;
}

int addresses_copy(const struct map_set *maps, int from, int to)
{
	static const struct {
		enum shared_map map;
		size_t key_size;
	} families[] = { { MAP_addresses4, 4 }, { MAP_addresses6, 16 } };
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct writer w = { .bank = to, .from = from };
		enum shared_map map = families[i].map;
		int err = map_writes_start(&w.writes, maps->fd[map], map_name(map), families[i].key_size,
					   sizeof(struct address));

		if (!err)
			err = map_walk(maps->fd[map], copy_one, &w);
		if (err < 0)
			cannot_walk(&w);
		if (map_writes_end(&w.writes, err))
			return -1;
	}
	return 0;
}
