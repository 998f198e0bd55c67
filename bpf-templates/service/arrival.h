#ifndef POLC_SERVICE_ARRIVAL_H
#define POLC_SERVICE_ARRIVAL_H
#include "service_maps.h"
#include "service_packet.h"
int parse_packet(packet_context *context, struct work *work);
int accept_arrival(packet_context *context, struct work *work, const struct arrival *arrival);
#endif
