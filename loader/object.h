/* SPDX-License-Identifier: Apache-2.0 */
/* object.h: an object file made into loaded programs, step by step. */
#ifndef POLC_OBJECT_H
#define POLC_OBJECT_H

#include <bpf/libbpf.h>

#include "abi.h"
#include "base64.h"

/* `path` is what failures call it. Fails if it lacks one of the programs of HOOKS. */
int object_open(struct bpf_object **object, const struct bytes *file, const char *path);

/* A constant of the programs; its section must be there, and exactly as large. */
int object_set_constant(struct bpf_object *object, const char *path, const char *section, const void *data, size_t size);

/* Loads it, and says which programs it has. */
int object_load(struct bpf_object *object, const char *path, int program[HOOKS]);

#endif
