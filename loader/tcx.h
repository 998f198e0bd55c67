/* SPDX-License-Identifier: Apache-2.0 */
/* tcx.h: programs as links, for Linux 6.6 and later. A link ends with its last pin and descriptor. */
#ifndef POLC_TCX_H
#define POLC_TCX_H

#include "abi.h"

/* Attaches and pins at `path`; 1 if this kernel has no tcx. `services`: see services_mark(). */
int tcx_attach(unsigned int ifindex, enum hook hook, int program, const char *path, __u32 services);

/* The interface of a link; 0 if it is gone. */
unsigned int tcx_ifindex(int link);

/* The program of a link; 0 if the kernel does not tell. */
__u32 tcx_program(int link);

/* How many programs of tcx see a packet before this one does, all if it is none of them, those of services aside; 0 if the
 * kernel has no tcx.
 */
int tcx_before(unsigned int ifindex, enum hook hook, __u32 program, __u32 services);

/* Detaches the link, closes it and removes its pin. */
int tcx_detach(int link, const char *path);

#endif
