/* SPDX-License-Identifier: Apache-2.0 */
/* linkage.h: which libraries are inside this program, and which it takes from the machine. */
#ifndef POLC_LINKAGE_H
#define POLC_LINKAGE_H

#include <jansson.h>

/* {"libbpf": "1.1", "linked": {"libbpf": "static", ...}}, a new reference. */
json_t *linkage_json(void);

#endif
