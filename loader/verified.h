/* SPDX-License-Identifier: Apache-2.0 */
/* verified.h: what it cost the kernel to verify a program. */
#ifndef POLC_VERIFIED_H
#define POLC_VERIFIED_H

/* Instructions that the verifier looked at, of the million that it allows; -1: this kernel does not say. */
long long verified_instructions(int program);

#endif
