/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 options (options4.h). What is not known here is left as it is (RFC 1812
 * 5.3.13.1): router alert among it, which names no protocol of ours.
 */
#include "control/options4.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "net/ip4.h"

enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_RECORD = 7,
	OPTION_STAMP = 68,
	OPTION_LSRR = 131,
	OPTION_SSRR = 137,
};

/* Octets of an option, and what they count from 1. */
enum {
	OPTION_LENGTH = 1,
	OPTION_POINTER = 2,
	RECORD_FIRST = 4,
	RECORD_SIZE = 4,
	STAMP_FLAGS = 3, /* overflow count in the upper half */
	STAMP_FIRST = 5,
	STAMP_ALONE = 0,
	STAMP_ADDRESS = 1,
	STAMP_NAMED = 3,
	STAMP_OVERFLOW = 0x10,
	STAMP_OVERFLOW_MAX = 0xf0,
};

static uint32_t
header_length(const uint8_t *ip)
{
	return (ip[0] & 0x0f) * 4u;
}

/* Each of these returns the octet of the option that is wrong, or 0. */

static uint32_t
record_fault(const uint8_t *option)
{
	uint32_t length = option[OPTION_LENGTH], next;

	if (length < RECORD_FIRST - 1)
		return OPTION_LENGTH;
	next = option[OPTION_POINTER];
	if (next < RECORD_FIRST)
		return OPTION_POINTER;
	if (next <= length && next + RECORD_SIZE - 1 > length)
		return OPTION_POINTER;
	return 0;
}

/* 0 for flags that nobody has defined. */
static uint32_t
stamp_size(const uint8_t *option)
{
	switch (option[STAMP_FLAGS] & 0x0f) {
	case STAMP_ALONE:
		return 4;
	case STAMP_ADDRESS:
	case STAMP_NAMED:
		return 8;
	default:
		return 0;
	}
}

static bool
stamp_full(const uint8_t *option)
{
	return option[OPTION_POINTER] > option[OPTION_LENGTH];
}

static uint32_t
stamp_fault(const uint8_t *option)
{
	uint32_t length = option[OPTION_LENGTH], next;

	if (length < STAMP_FIRST - 1)
		return OPTION_LENGTH;
	next = option[OPTION_POINTER];
	if (next < STAMP_FIRST)
		return OPTION_POINTER;
	if (stamp_size(option) == 0)
		return 0;
	if (stamp_full(option))
		return option[STAMP_FLAGS] < STAMP_OVERFLOW_MAX ? 0
		                                                : STAMP_FLAGS;
	return next + stamp_size(option) - 1 > length ? OPTION_POINTER : 0;
}

/* Checks the option at `at`, and notes those that are for routers. */
static enum options4_fate
check_one(const uint8_t *ip, uint32_t at, struct options4 *o)
{
	const uint8_t *option = ip + at;
	uint32_t fault = 0;
	bool again = false;

	switch (option[0]) {
	case OPTION_LSRR:
	case OPTION_SSRR:
		return OPTIONS4_REFUSED;
	case OPTION_RECORD: /* at most once, as RFC 791 says of both */
		again = o->record != 0;
		fault = record_fault(option);
		o->record = (uint8_t)at;
		break;
	case OPTION_STAMP:
		again = o->stamp != 0;
		fault = stamp_fault(option);
		o->stamp = (uint8_t)at;
		if (fault == 0 && !stamp_full(option) &&
		    (option[STAMP_FLAGS] & 0x0f) == STAMP_NAMED)
			o->named = (uint8_t)(at + option[OPTION_POINTER] - 1u);
		break;
	default:
		break;
	}
	if (!again && fault == 0)
		return OPTIONS4_GOOD;
	o->bad = (uint8_t)(at + (again ? 0 : fault));
	return OPTIONS4_BAD;
}

enum options4_fate
options4_check(const uint8_t *ip, struct options4 *o)
{
	uint32_t end = header_length(ip), at = sizeof(struct ip4_hdr);
	enum options4_fate fate = OPTIONS4_GOOD;

	memset(o, 0, sizeof(*o));
	while (at < end && ip[at] != OPTION_END && fate == OPTIONS4_GOOD) {
		if (ip[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (end - at < 2) {
			o->bad = (uint8_t)at;
			return OPTIONS4_BAD;
		}
		if (ip[at + 1] < 2 || ip[at + 1] > end - at) {
			o->bad = (uint8_t)(at + 1);
			return OPTIONS4_BAD;
		}
		fate = check_one(ip, at, o);
		at += ip[at + 1];
	}
	return fate;
}

static void
record_update(uint8_t *option, const uint8_t own[4])
{
	uint8_t *next = &option[OPTION_POINTER];

	if (*next > option[OPTION_LENGTH])
		return;
	memcpy(option + *next - 1, own, RECORD_SIZE);
	*next += RECORD_SIZE;
}

static void
stamp_update(uint8_t *option, const uint8_t own[4], uint32_t stamp)
{
	uint8_t *next = &option[OPTION_POINTER];
	uint32_t size = stamp_size(option);
	uint8_t *to = option + *next - 1;

	if (size == 0)
		return;
	if (stamp_full(option)) {
		option[STAMP_FLAGS] += STAMP_OVERFLOW;
		return;
	}
	if (size == 8) { /* whose time was asked for is own's already */
		if ((option[STAMP_FLAGS] & 0x0f) == STAMP_ADDRESS)
			memcpy(to, own, 4);
		to += 4;
	}
	be32_store(to, stamp);
	*next += (uint8_t)size;
}

void
options4_update(
    uint8_t *ip, const struct options4 *o, const uint8_t own[4], uint32_t stamp)
{
	if (o->record)
		record_update(ip + o->record, own);
	if (o->stamp)
		stamp_update(ip + o->stamp, own, stamp);
	ip4_checksum_store((void *)ip);
}
