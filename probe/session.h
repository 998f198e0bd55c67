/* SPDX-License-Identifier: Apache-2.0 */
/* session.h: connections that stay, and ask who.h's request as often as they are told.
 *
 *   open tcp|udp ID ADDRESS PORT SIZE TIMEOUT [SOURCE PORT [FLAGS]]   connects and asks; SOURCE may be "-", PORT 0
 *   ask ID SIZE TIMEOUT                                               asks again
 *   end ID close|reset                                                forgets it; TCP ends with a FIN or a RST
 * FLAGS: f: TCP Fast Open. u: a UDP socket that is not connected. d: UDP is sent with DF by the path's MTU (IP_PMTUDISC_DO).
 *
 * Answers: {"session":ID,"result":"connected","port":OWN,"seen":"ADDRESS PORT","at":"ADDRESS PORT","server":NAME,
 * "from":"ADDRESS PORT","resent":N,"us":N}. `seen` and `at` are the server's words, `from` is whom this side talks to as its
 * kernel says. Results besides: "refused", "closed", "timeout", "error" with "reason"; after the first two and an error the
 * session is gone. "closed" arrives unasked too.
 */
#ifndef POLC_PROBE_SESSION_H
#define POLC_PROBE_SESSION_H

#include "probe.h"

/* False if the line is no command of sessions. */
bool session_command(const char *line);
void sessions_tick(void);
bool sessions_wait(void);

#endif
