// SPDX-License-Identifier: Apache-2.0
/* linkage.c: compiled by link.sh, which defines for each library whether it is linked statically. */
#include "linkage.h"

#include <bpf/libbpf.h>

static const char *how(int is_static)
{
	return is_static ? "static" : "dynamic";
}

json_t *linkage_json(void)
{
	const char *version = libbpf_version_string();

	return json_pack("{s:s, s:{s:s, s:s, s:s, s:s}}", "libbpf", version + (*version == 'v'), "linked", "libbpf",
			 how(STATIC_bpf), "libelf", how(STATIC_elf), "zlib", how(STATIC_z), "jansson",
			 how(STATIC_jansson));
}
