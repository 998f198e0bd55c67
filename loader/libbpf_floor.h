/* SPDX-License-Identifier: Apache-2.0 */
/* libbpf_floor.h: included before everything by the Makefile, so that an old libbpf is the first thing said. Before 1.0
 * functions are missing, and what failed is not NULL.
 */
#ifndef POLC_LIBBPF_FLOOR_H
#define POLC_LIBBPF_FLOOR_H

#if __has_include(<bpf/libbpf_version.h>)
#include <bpf/libbpf_version.h>
#endif

#if !defined(LIBBPF_MAJOR_VERSION) || LIBBPF_MAJOR_VERSION < 1
#error polc-loader needs libbpf 1.0 or later
#endif

#endif
