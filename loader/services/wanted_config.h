/* SPDX-License-Identifier: Apache-2.0 */
/* wanted_config.h: what all programs of services have as a constant. */
#ifndef POLC_SERVICES_WANTED_CONFIG_H
#define POLC_SERVICES_WANTED_CONFIG_H

#include "fields.h"
#include "service/service_abi.h"

int wanted_read_config(const struct fields *root, struct service_config *config);

#endif
