/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLC_COUNTER_NAME_H
#define POLC_COUNTER_NAME_H

#include <linux/types.h>

/* Of an enum counter; "unknown" if it is none. */
const char *counter_name(__u32 counter);

#endif
