/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a stage of the burst says about a packet: go on, or leave the burst,
 * dropped or punted for a reason (counters.h).
 */
#ifndef NET_FATE_H
#define NET_FATE_H

#include <stdint.h>

#include "net/counters.h"

enum {
	FATE_GO = 0,
	FATE_REASON = 0xff,
	FATE_IS_DROP = 0x100,
	FATE_IS_PUNT = 0x200,
	FATE_TAGGED = 0x400, /* of the Ethernet stage: there is a tag */
	FATE_LARGE = 0x800,  /* of the last stage: larger than the MTU */
};
_Static_assert((int)DROP_REASON_COUNT <= FATE_REASON, "a reason is a byte");

#define FATE_DROP(reason) (FATE_IS_DROP | (uint32_t)(reason))
#define FATE_PUNT(reason) (FATE_IS_PUNT | (uint32_t)(reason))

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#endif
