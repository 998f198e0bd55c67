/* SPDX-License-Identifier: Apache-2.0 */
/* capabilities.h: says early, and by name, what privilege is missing. */
#ifndef POLC_CAPABILITIES_H
#define POLC_CAPABILITIES_H

int capabilities_check(void);

#endif
