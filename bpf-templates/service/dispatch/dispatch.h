/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* dispatch.h: what becomes of a packet between nodes. Everything returns the program's action, or UNDECIDED.
 *   receive(context, work)              takes off what another node put on; UNDECIDED: go on with the packet as `work` has it
 *   send_on(context, work, flow, first) to the node of the backend; the packet is as it arrived
 *   forward(context, work)              a packet that is rewritten already, by its destination
 *   refuse(context, work, how)          the answer of a closed port, from the address that was asked
 *   snat_open(context, work, flow)      a port of the node for a new flow: 0, or -1 and counted
 */
#ifndef POLC_SERVICE_DISPATCH_H
#define POLC_SERVICE_DISPATCH_H

#include "../arrival.h"
#include "../rewrite.h"

__noinline int receive(packet_context *context, struct work *work)
{
	KEEP_TAKEN(context);
	KEEP_TAKEN(work);
	return UNDECIDED;
}

__noinline int send_on(packet_context *context, struct work *work, struct flow *flow, __u32 first)
{
	KEEP_TAKEN(context);
	KEEP_TAKEN(work);
	KEEP_TAKEN(flow);
	KEEP_TAKEN(first);
	return ACTION_DROP;
}

__noinline int can_forward(packet_context *context, struct work *work, const __u8 *address)
{
	KEEP_TAKEN(context);
	KEEP_TAKEN(work);
	KEEP_TAKEN(address);
	return 1;
}

__noinline int forward(packet_context *context, struct work *work)
{
	KEEP_TAKEN(context);
	KEEP_TAKEN(work);
	return ACTION_DROP;
}

__noinline int refuse(packet_context *context, struct work *work, __u32 how)
{
	KEEP_TAKEN(context);
	KEEP_TAKEN(work);
	KEEP_TAKEN(how);
	return ACTION_DROP;
}

__noinline int snat_open(packet_context *context, struct work *work, struct flow *flow)
{
	KEEP_TAKEN(context);
	KEEP_TAKEN(work);
	KEEP_TAKEN(flow);
	return -1;
}

#endif
