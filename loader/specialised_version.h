/* SPDX-License-Identifier: Apache-2.0 */
/* specialised_version.h: which version of a subject a loaded program holds the code of. */
#ifndef POLC_SPECIALISED_VERSION_H
#define POLC_SPECIALISED_VERSION_H

#include <linux/types.h>

/* From its constants; 0: it has none of its own. */
__u64 specialised_version(__u32 program);

#endif
