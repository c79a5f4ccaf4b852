/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of ICMPv6 in the local stack share: addresses on the links of
 * stack_fixture.h, a host that asks, and what is looked for in answers.
 */
#ifndef TESTS_UNIT_STACK_ICMP6_H
#define TESTS_UNIT_STACK_ICMP6_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "control/icmp6.h"
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

enum { FRAME = 14, BODY = FRAME + 40, ECHO = 128, ECHO_REPLY = 129 };

static const uint8_t own0[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t any0[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1 };
static const uint8_t any1[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2 };
static const uint8_t host0[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static const uint8_t host_local[16] = { 0xfe, 0x80, [15] = 9 };
static const uint8_t any_group[16] = { 0xff, 2, [11] = 1, 0xff };
static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
static const uint8_t all_routers[16] = { 0xff, 2, [15] = 2 };

static inline bool
is_type(const struct stack_frame *f, const void *type)
{
	return f->len > BODY && be16_load(f->byte + 12) == 0x86dd &&
	       f->byte[FRAME + 6] == 58 &&
	       f->byte[BODY] == *(const uint8_t *)type;
}

static inline const struct stack_frame *
sent(uint8_t type)
{
	return stack_find(0, is_type, &type);
}

static inline bool
checksum_good(const struct stack_frame *f)
{
	const uint8_t *ip = f->byte + FRAME;

	return icmp6_checksum(ip, be16_load(ip + 4)) == 0;
}

/* A neighbour that can be answered. */
static inline void
host_known(uint8_t *frame)
{
	stack_give(
	    0, frame, make_nd(frame, 135, 0, host0, own0, own0, host_mac));
	assert_non_null(sent(136));
	sw->sent_count = 0;
}

static inline uint16_t
echo_to(uint8_t *frame, const uint8_t *dst)
{
	static const uint8_t echo[16] = { ECHO, 0, 0, 0, 0, 7, 0, 1, 42 };

	return make_icmp6(frame, host0, dst, 64, echo, sizeof(echo));
}

#endif
