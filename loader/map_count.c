// SPDX-License-Identifier: Apache-2.0
#include "map_count.h"

#include "map_walk.h"

static int count_one(void *context, const void *key, void *value)
{
	(void)key;
	(void)value;
	++*(long long *)context;
	return 0;
}

long long map_count(int fd)
{
	long long count = 0;

	map_walk(fd, count_one, &count);
	return count;
}
