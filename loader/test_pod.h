/* SPDX-License-Identifier: Apache-2.0 */
/* test_pod.h: the pod whose packets `polc-loader run` judges: interface 1, which is where test runs of programs happen. */
#ifndef POLC_TEST_POD_H
#define POLC_TEST_POD_H

#include "banks.h"
#include "map_set.h"
#include "request.h"

#define TEST_POD_IFINDEX 1

/* Is of the request's subject, and sends from its addresses or from wherever the packet comes. */
int test_pod_set(const struct map_set *maps, struct banks *banks, const struct request *request);

#endif
