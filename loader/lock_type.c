// SPDX-License-Identifier: Apache-2.0
#include "lock_type.h"

#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>

#include "failure.h"

#define WORD 4

/* 0, or a negative errno. */
static int describe(struct btf *btf, struct lock_type *type, __u32 key_size, __u32 value_size)
{
	int word = btf__add_int(btf, "word", WORD, 0), lock = btf__add_struct(btf, "bpf_spin_lock", WORD), err;
	int index, rest;

	err = word < 0 ? word : lock < 0 ? lock : btf__add_field(btf, "val", word, 0, 0);
	if (err)
		return err;
	index = btf__add_array(btf, word, word, key_size / WORD);
	rest = btf__add_array(btf, word, word, value_size / WORD - 1);
	type->key = index;
	type->value = btf__add_struct(btf, "value", value_size);
	err = btf__add_field(btf, "lock", lock, 0, 0);
	if (!err)
		err = btf__add_field(btf, "rest", rest, 8 * WORD, 0);
	return index < 0 ? index : rest < 0 ? rest : err;
}

int lock_type_load(struct lock_type *type, __u32 key_size, __u32 value_size)
{
	struct btf *btf = btf__new_empty();
	int err = btf ? describe(btf, type, key_size, value_size) : -errno;

	if (!err)
		err = btf__load_into_kernel(btf);
	if (!err) {
		type->btf = fcntl(btf__fd(btf), F_DUPFD_CLOEXEC, 3);
		err = type->btf < 0 ? -errno : 0;
	}
	btf__free(btf);
	return err ? fail_errno(-err, "cannot load the types of a map's values") : 0;
}
