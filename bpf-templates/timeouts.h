/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* timeouts.h: how long a silent connection is remembered, in ticks of 2^30 ns, about 1.07 s. The loader collects by them. */
#ifndef POLC_TIMEOUTS_H
#define POLC_TIMEOUTS_H

#define TICK_SHIFT 30

#define TIMEOUT_HALF_OPEN 60
#define TIMEOUT_CLOSING 60
#define TIMEOUT_TCP 400000 /* about five days, as Linux has it */
#define TIMEOUT_OTHER 180
#define TIMEOUT_FRAGMENTS 28 /* 30 s, as Linux reassembles */

#endif
