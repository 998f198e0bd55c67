/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* judged.h: a packet that does not pass at once, and all that is known for its judgement. On the stack, without padding:
 * global functions are handed its address.
 */
#ifndef POLC_JUDGED_H
#define POLC_JUDGED_H

#include "packet.h"

struct judged {
	union connection_key key;
	struct packet packet;
	__u64 now; /* control.now, as it was read: see in_force.h */
	__u32 ifindex;
	__u32 subject; /* its number, or SUBJECT_* */
	__s32 netns;   /* of the pod: see struct pod */
	__u8 hook;     /* enum hook */
	__u8 of_node;  /* the node itself sent it, or the pod that it goes to */
	__u8 opener;   /* which end of the key opened the connection */
	__u8 side;     /* enum side */
	__u8 reported; /* enum event_verdict */
	__u8 first;    /* this side hears of the connection for the first time */
	__u8 logged;   /* the policy asks for the verdict to be logged */
	__u8 reserved;
	__u32 rule;
	__u32 profile;
	__u32 reason; /* of a drop: enum counter */
};

static __always_inline void judged_begin(struct judged *j)
{
	__builtin_memset(j, 0, sizeof(*j));
}

/* The key's IPv4 part is filled. */
static __always_inline void judged_begin_plain(struct judged *j, const struct packet *plain)
{
	__builtin_memset((void *)j + sizeof(j->key.v4), 0, sizeof(*j) - sizeof(j->key.v4));
	j->packet = *plain;
}

#endif
