#ifndef POLC_SERVICE_REWRITE_H
#define POLC_SERVICE_REWRITE_H
#include "service_maps.h"
#include "service_packet.h"
int rewrite(packet_context *context, struct work *work, const struct flow *flow);
#endif
