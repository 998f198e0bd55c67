// SPDX-License-Identifier: Apache-2.0
#include "wanted_config.h"

#include <string.h>

#include "failure.h"
#include "wanted_fields.h"

#define TABLE_MAX 65521 /* the largest prime whose places fit a row's u16 */

static const char *const names[] = { "tableSize", "seed",     "dispatchTcp", "dispatchUdp", "refusal", "genevePort",
				     "snatFirst", "snatLast", "mtu",	     "node4",	    "node6",   "hairpin4",
				     "hairpin6",  "outer4",   "outer6",	     NULL };
static const struct word dispatches[] = { { "opt", DISPATCH_OPT },
					  { "ipip", DISPATCH_IPIP },
					  { "geneve", DISPATCH_GENEVE },
					  { "snat", DISPATCH_SNAT },
					  { 0 } };
static const struct word refusals[] = { { "icmp", REFUSE_ICMP }, { "rst", REFUSE_RST }, { "drop", REFUSE_DROP }, { 0 } };

static bool is_prime(__u32 number)
{
	__u32 i;

	for (i = 2; i * i <= number; i++)
		if (number % i == 0)
			return false;
	return number > 1;
}

static int read_addresses(const struct fields *fields, struct service_config *config)
{
	static const __u8 none[16];
	struct service_address outer;

	if (field_address_of(fields, "node4", 4, config->node4) || field_address_of(fields, "node6", 6, config->node6) ||
	    field_address_of(fields, "hairpin4", 4, config->hairpin4) ||
	    field_address_of(fields, "hairpin6", 6, config->hairpin6))
		return -1;
	if (!memcmp(config->node4, none, 16) && !memcmp(config->node6, none, 16))
		return fail(NULL, "%s: config has neither node4 nor node6", fields->file);
	if (config->hairpin6[0] == 0xfe && (config->hairpin6[1] & 0xc0) == 0x80)
		return fail("100::a9fe:2a01 is the default", "%s: config.hairpin6 is link-local, where pods look for neighbours",
			    fields->file);
	if (field_block(fields, "outer4", 4, &outer, &config->outer4_length))
		return -1;
	memcpy(config->outer4, outer.bytes, sizeof(config->outer4));
	if (field_block(fields, "outer6", 6, &outer, &config->outer6_length))
		return -1;
	memcpy(config->outer6, outer.bytes, sizeof(config->outer6));
	return 0;
}

static int read_numbers(const struct fields *fields, struct service_config *config)
{
	__u32 first, last, mtu;

	if (field_u32(fields, "tableSize", 3, TABLE_MAX, &config->table_size) ||
	    field_u32(fields, "seed", 0, UINT32_MAX, &config->seed) ||
	    field_port(fields, "genevePort", &config->geneve_port) ||
	    field_u32(fields, "snatFirst", 1, UINT16_MAX, &first) ||
	    field_u32(fields, "snatLast", first, UINT16_MAX, &last) || field_u32(fields, "mtu", 576, UINT16_MAX, &mtu))
		return -1;
	if (!is_prime(config->table_size))
		return fail("16381 is the default", "%s: config.tableSize is %u, which is not a prime", fields->file,
			    config->table_size);
	config->snat_first = first;
	config->snat_last = last;
	config->mtu = mtu;
	return 0;
}

int wanted_read_config(const struct fields *root, struct service_config *config)
{
	struct fields fields;
	__u32 tcp, udp, refusal;

	*config = (struct service_config){ 0 };
	if (field_object(root, "config", names, &fields) || read_numbers(&fields, config) ||
	    field_word(&fields, "dispatchTcp", dispatches, &tcp) ||
	    field_word(&fields, "dispatchUdp", dispatches, &udp) || field_word(&fields, "refusal", refusals, &refusal) ||
	    read_addresses(&fields, config))
		return -1;
	config->dispatch_tcp = tcp;
	config->dispatch_udp = udp;
	config->refusal = refusal;
	return 0;
}
