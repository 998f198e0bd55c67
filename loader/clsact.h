/* SPDX-License-Identifier: Apache-2.0 */
/* clsact.h: dispatchers as filters, for kernels without tcx (before 6.6). Directly acting, of the first priority. */
#ifndef POLC_CLSACT_H
#define POLC_CLSACT_H

#include "abi.h"
#include "instance.h"

/* Makes the qdisc if the interface has none (and notes that), then adds the filter. */
int clsact_attach(const struct instance *instance, unsigned int ifindex, enum hook hook, int program);

/* Id of the program that polc's filter runs; 0 if there is no such filter or interface. */
__u32 clsact_program(unsigned int ifindex, enum hook hook);

/* Removes the filter. */
int clsact_detach(unsigned int ifindex, enum hook hook);

/* Removes the qdisc if polc made it and nobody has a filter there any more. */
void clsact_remove_qdisc(const struct instance *instance, unsigned int ifindex);

#endif
