/* SPDX-License-Identifier: Apache-2.0 */
/* capture.h: every frame of some links, both ways, as the link's own device sees it.
 *
 * Output, one line each:
 *   frame LINK in|out MICROSECONDS LENGTH SEGMENT PARTIAL VLAN HEX   LINK by position; SEGMENT: payload of each segment of an
 *                                                                    aggregate, else 0; PARTIAL: 1: its checksum is not complete
 *   synced WORD DROPPED                                              answers `sync WORD` on stdin: everything before is printed
 * DROPPED are frames that the kernel could not keep for us: with any, nothing can be concluded from what is missing.
 */
#ifndef POLC_PROBE_CAPTURE_H
#define POLC_PROBE_CAPTURE_H

/* Runs until stdin ends; the exit code. */
int capture(char **links);

#endif
