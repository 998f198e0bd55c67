/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* dispatch.h: what becomes of a packet between nodes. Everything returns the program's action, or UNDECIDED.
 *   receive(context, work)               takes off what another node put on; UNDECIDED: the packet is untouched
 *   send_on(context, work, flow, first)  to the node of the backend; the packet is as it arrived
 *   can_forward(context, work, address)  asked before a packet is rewritten for forward(); false: ACTION_PASS, tc does it
 *   forward(context, work)               a packet that is rewritten already, by its destination
 *   refuse(context, work, how)           the answer of a closed port, from the address that was asked
 *   snat_open(context, work, flow)       a port of the node for a new flow: 0, or -1 and counted
 */
#ifndef POLC_SERVICE_DISPATCH_H
#define POLC_SERVICE_DISPATCH_H

#include "receive.h"
#include "refuse.h"
#include "send_on.h"
#include "snat.h"

#endif
