/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h: a state beside what is there: is it consistent, and is there room? Nothing that packets go by is written.
 *
 * plan_make() notes what changes and takes the room that it needs. Then either enforce.h writes it and plan_commit() makes the
 * notes true, or plan_forget() gives the room back.
 */
#ifndef POLC_SERVICES_PLAN_H
#define POLC_SERVICES_PLAN_H

#include "tables.h"
#include "wanted.h"

int plan_make(struct tables *tables, struct wanted *wanted);
void plan_commit(struct tables *tables, const struct wanted *wanted);
void plan_forget(struct tables *tables, struct wanted *wanted);

/* Parts of it: */
int plan_references(struct tables *tables, const struct wanted *wanted);
/* Each key once, of what is removed only what is there; `used` is what there is afterwards. */
int plan_keys(const struct tables *tables, const struct wanted *wanted, __u32 used[CAPACITIES]);
/* Members and Maglev tables of new sets. */
int plan_sets(struct tables *tables, struct wanted *wanted);
void plan_forget_sets(struct tables *tables, struct wanted *wanted);

#endif
