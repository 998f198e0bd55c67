// SPDX-License-Identifier: Apache-2.0
/* detach.c: takes an instance away, whatever state it is in. Attachments go first: while a program is attached, its maps
 * must stay.
 */
#include <stdio.h>
#include <unistd.h>

#include "attachment.h"
#include "clsact.h"
#include "commands.h"
#include "failure.h"
#include "hurry.h"
#include "legacy.h"
#include "lost_filter.h"

#define LOCK_SECONDS 60

static int detach_all(const struct instance *instance)
{
	struct attachments list;
	int err = attachments_read(instance, &list), hurry;
	size_t i;

	if (!err)
		err = lost_filters_check(instance, &list);
	hurry = err ? -1 : hurry_start(list.count);
	for (i = 0; !err && i < list.count; i++)
		err = detach(instance, &list.at[i]);
	hurry_end(hurry);
	attachments_free(&list);
	return err;
}

static int detach_legacy(const struct instance *instance)
{
	struct legacy legacy;
	int err = legacy_open(&legacy, instance);
	size_t i;

	if (err) { /* also a damaged one can be taken away */
		failure_forget();
		err = 0;
	}
	for (i = 0; i < legacy.count && !err; i++)
		err = legacy_detach(&legacy, &legacy.at[i]);
	legacy_close(&legacy);
	return err;
}

int remove_instance(const struct instance *instance)
{
	if (!instance_exists(instance))
		return 0;
	if (detach_all(instance) || detach_legacy(instance))
		return -1;
	clsact_remove_qdiscs(instance);
	return instance_remove(instance);
}

int command_detach(const struct instance *instance)
{
	int lock = instance_lock(instance, "apply.lock", LOCK_SECONDS, "another command changes this instance");
	int err;

	if (lock < 0)
		return -1;
	err = remove_instance(instance);
	if (!err) {
		instance_remove_run(instance);
		printf("{\"instance\":\"%s\",\"generation\":0}\n", instance->name);
	}
	close(lock);
	return err;
}
