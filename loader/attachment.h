/* SPDX-License-Identifier: Apache-2.0 */
/* attachment.h: programs on the interfaces of pods, and the pins that remember them.
 *
 * An attachment is one hook of one interface. With tcx it is a link, pinned as links/IFINDEX-HOOK; without, a filter of
 * clsact, noted as filters/IFINDEX-HOOK before it is made and until it is gone, so that no filter is without its note.
 */
#ifndef POLC_ATTACHMENT_H
#define POLC_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "instance.h"

enum attach_mode { ATTACH_AUTO, ATTACH_TCX, ATTACH_CLSACT };

struct attachment {
	unsigned int ifindex;
	enum hook hook;
	enum attach_mode mode; /* never ATTACH_AUTO */
	bool live;	       /* the kernel still has it: the interface exists and nobody else removed it */
	bool added;	       /* by this change */
	__u32 program;	       /* id */
	int before;	       /* programs that see packets before it, and could let them pass */
};

const char *hook_name(enum hook hook);
const char *attach_mode_name(enum attach_mode mode);
/* The directory of its pins. */
extern const char *const attach_directory[];

void attachment_path(const struct instance *instance, const struct attachment *attachment, char path[PIN_PATH_MAX]);

/* Fills what the kernel says of it. `control`: see control_id(). */
void attachment_inspect(const struct instance *instance, __u32 control, struct attachment *attachment);
/* Is what was live still there? */
bool attachment_stands(const struct instance *instance, const struct attachment *attachment);
/* Has another command attached it? What is noted and not live is removed. */
bool attachment_adopt(const struct instance *instance, __u32 control, struct attachment *attachment);

/* Attaches and pins. ATTACH_AUTO becomes what this kernel has. */
int attach(const struct instance *instance, struct attachment *attachment, enum attach_mode *mode, int program);

/* From one packet to the next another program is there. */
int attachment_replace(const struct instance *instance, struct attachment *attachment, int program);

/* Takes it off the interface and unpins it; it is not live afterwards. Fine if either is gone already. */
int detach(const struct instance *instance, struct attachment *attachment);

#endif
