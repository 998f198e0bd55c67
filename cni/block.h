/* SPDX-License-Identifier: Apache-2.0 */
/* block.h: keeps a sandbox from sending anything while it is made, whatever plugin makes it.
 *
 * A BPF program on the sandbox's own LOCAL_OUT hook (Linux 6.4 and later) drops all IP packets. It needs no interface, so it is
 * there before the first one is. Its links are pinned, because each step of the chain is a process of its own.
 */
#ifndef POLC_CNI_BLOCK_H
#define POLC_CNI_BLOCK_H

/* -1 and errno; ENOTSUP or EINVAL: this kernel has no such programs. */
int block_sandbox(const char *netns, const char *id);
/* Nothing to lift is fine. */
void lift_block(const char *id);

#endif
