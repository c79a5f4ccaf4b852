/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mends frames (mend.h).
 */
#include "tests/frames/mend.h"

#include <stddef.h>

#include "tests/frames/judge.h"

enum {
	ETHER = 14,
	TAG = 4,
	V4 = 20,
	V6 = 40,
};

/* Where a protocol has its checksum, and where it may be left out. */
static const struct {
	uint8_t protocol, at, pseudo;
} checksums[] = {
	{ 1, 2, 0 },
	{ 6, 16, 1 },
	{ 17, 6, 1 },
	{ 58, 2, 1 },
};

static void
mend_upper(uint8_t protocol, uint32_t pseudo, uint8_t *body, uint32_t len)
{
	if (protocol == 17 && len >= 8)
		be16_store(body + 4, (uint16_t)len);
	for (size_t i = 0; i < sizeof(checksums) / sizeof(checksums[0]); i++) {
		uint32_t at = checksums[i].at;

		if (checksums[i].protocol != protocol || at + 2 > len)
			continue;
		be16_store(body + at, 0);
		be16_store(body + at,
		    judge_fold(judge_add(
			checksums[i].pseudo ? pseudo : 0, body, len)));
	}
}

static void
mend4(uint8_t *ip, uint32_t len)
{
	uint32_t header = (ip[0] & 15) * 4u;

	if (header < V4 || header > len)
		header = V4;
	ip[0] = (uint8_t)(0x40 | header / 4);
	be16_store(ip + 2, (uint16_t)len);
	if ((be16_load(ip + 6) & 0x3fff) == 0)
		mend_upper(ip[9], judge_pseudo4(ip, len - header), ip + header,
		    len - header);
	be16_store(ip + 10, 0);
	be16_store(ip + 10, judge_fold(judge_add(0, ip, header)));
}

static void
mend6(uint8_t *ip, uint32_t len)
{
	uint8_t next = ip[6];
	uint32_t at = V6;

	ip[0] = 0x60 | (ip[0] & 15);
	be16_store(ip + 4, (uint16_t)(len - V6));
	while (next == 0 || next == 43 || next == 60) {
		if (at + 8 > len)
			return;
		next = ip[at];
		at += ip[at + 1] * 8u + 8;
	}
	if (at < len)
		mend_upper(next, judge_pseudo6(ip + 8, ip + 24, len - at, next),
		    ip + at, len - at);
}

void
mend_frame(uint8_t *frame, uint16_t len)
{
	uint32_t at = ETHER;

	while (len >= at + TAG && (be16_load(frame + at - 2) == 0x8100 ||
				      be16_load(frame + at - 2) == 0x88a8))
		at += TAG;
	if (len >= at + V4 && be16_load(frame + at - 2) == 0x0800)
		mend4(frame + at, len - at);
	else if (len >= at + V6 && be16_load(frame + at - 2) == 0x86dd)
		mend6(frame + at, len - at);
}
