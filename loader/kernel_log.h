/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_log.h: what libbpf and the verifier say, kept for the error message and shown only when asked. */
#ifndef POLC_KERNEL_LOG_H
#define POLC_KERNEL_LOG_H

#include <stdbool.h>

/* Takes libbpf's output over; `verbose` copies it to stderr. */
void kernel_log_start(bool verbose);

void kernel_log_forget(void);

/* The last lines of the verifier's log since kernel_log_forget(), else libbpf's last words, else "". */
const char *kernel_log_tail(void);

#endif
