/* SPDX-License-Identifier: Apache-2.0 */
/* file.h: whole files in memory. What is checked is then what is used, whatever happens to the file. */
#ifndef POLC_FILE_H
#define POLC_FILE_H

#include "base64.h"

#define FILE_SIZE_MAX (512u << 20)

/* Reads a regular file of at most FILE_SIZE_MAX bytes; a failure names it. The data ends with a NUL not in `size`. */
int file_read(const char *path, struct bytes *out);

#endif
