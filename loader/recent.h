/* SPDX-License-Identifier: Apache-2.0 */
/* recent.h: what each CPU remembers of a pod in the generation in force (bpf-templates/pods.h). Whoever changes an entry of
 * the map `pods` without a new generation makes them forget it.
 */
#ifndef POLC_RECENT_H
#define POLC_RECENT_H

#include "map_set.h"

int recent_forget(const struct map_set *maps, unsigned int ifindex);

#endif
