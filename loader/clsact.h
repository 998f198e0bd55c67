/* SPDX-License-Identifier: Apache-2.0 */
/* clsact.h: programs as filters, for kernels without tcx (before 6.6). Directly acting, of the first priority.
 *
 * The kernel takes an interface down for an instant when it gets its qdisc: that is once in the life of a pod's interface.
 */
#ifndef POLC_CLSACT_H
#define POLC_CLSACT_H

#include "abi.h"
#include "instance.h"

/* Makes the qdisc if the interface has none (and notes that), then adds the filter. */
int clsact_attach(const struct instance *instance, unsigned int ifindex, enum hook hook, int program);

/* The filter that is there gets another program, from one packet to the next. */
int clsact_replace(unsigned int ifindex, enum hook hook, int program);

/* Id of the program that polc's filter runs; 0 if there is no such filter or interface. */
__u32 clsact_program(unsigned int ifindex, enum hook hook);

/* Removes the filter. The qdisc stays for the next one: adding or removing it loses packets for an instant. */
int clsact_detach(unsigned int ifindex, enum hook hook);

/* Removes the qdiscs that polc made in this network namespace and where nobody has a filter any more. */
void clsact_remove_qdiscs(const struct instance *instance);

#endif
