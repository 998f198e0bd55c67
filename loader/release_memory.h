/* SPDX-License-Identifier: Apache-2.0 */
/* release_memory.h: what was freed goes back to the machine: a resident loader that has read a large state keeps little of it. */
#ifndef POLC_RELEASE_MEMORY_H
#define POLC_RELEASE_MEMORY_H

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

static inline void release_memory(void)
{
	malloc_trim(0);
}
#else
static inline void release_memory(void)
{
}
#endif

#endif
