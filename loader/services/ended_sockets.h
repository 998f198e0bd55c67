/* SPDX-License-Identifier: Apache-2.0 */
/* ended_sockets.h: UDP sockets of the node that are connected to an endpoint which has left its service. The kernel does not ask
 * again where their datagrams go, so they are ended: whoever waits for one gets ECONNABORTED, a send() EDESTADDRREQ, and the
 * process connects anew. TCP drains instead.
 */
#ifndef POLC_SERVICES_ENDED_SOCKETS_H
#define POLC_SERVICES_ENDED_SOCKETS_H

#include "tables.h"

/* -1 and errno: the kernel does not list sockets or does not end them (CONFIG_INET_UDP_DIAG, CONFIG_INET_DIAG_DESTROY). */
int ended_sockets(const struct tables *tables);

#endif
