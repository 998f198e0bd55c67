/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* refuse.h: the answer of a closed port, as a host with the service's address would give it.
 *   refuse(context, work, how) -> action    how: enum refusal, REFUSE_ICMP standing for what is configured
 */
#ifndef POLC_SERVICE_REFUSE_H
#define POLC_SERVICE_REFUSE_H

#include "icmp_answer.h"
#include "tcp_reset.h"

#define ICMP4_PORT_UNREACHABLE ICMP_KIND(3, 3)
#define ICMP6_PORT_UNREACHABLE ICMP_KIND(1, 4)

__noinline int refuse(packet_context *context, struct work *work, __u32 how)
{
	__u32 resolved = how == REFUSE_ICMP ? service.refusal : how;

	if (!work || resolved == REFUSE_DROP)
		return ACTION_DROP;
	if (work->proto == IPPROTO_TCP && resolved == REFUSE_RST)
		return tcp_reset(context, work);
	if (work->proto != IPPROTO_TCP && work->proto != IPPROTO_UDP && work->proto != IPPROTO_SCTP)
		return ACTION_DROP;
	return icmp_answer(context, work, work->family == 4 ? ICMP4_PORT_UNREACHABLE : ICMP6_PORT_UNREACHABLE, 0);
}

#endif
