/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays frames to the world and compares what becomes of them with what the
 * oracle says.
 *
 * A script is bytes: records of a byte, a length of two (high one first), and
 * a frame of that length; the last may be cut short. Bits of the first byte:
 *
 *   0-1  the port that receives it
 *   2    it is in one burst with the next, and not looked at alone
 *   3    lengths and checksums are made right first
 *   4-6  how much time passes before
 *   7    it becomes an answer to the last TCP segment that the router sent
 */
#ifndef TESTS_FRAMES_PLAY_H
#define TESTS_FRAMES_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PLAY_PORT = 0x03,
	PLAY_MORE = 0x04,
	PLAY_MEND = 0x08,
	PLAY_TIME = 0x70,
	PLAY_ANSWER = 0x80,
	PLAY_RECORD = 3, /* bytes before a frame */
	PLAY_RECORDS = 32,
};

struct play_record {
	uint8_t how;
	uint16_t len;
	const uint8_t *frame;
};

/* Cuts a script into at most PLAY_RECORDS records; returns how many. */
uint32_t play_cut(const uint8_t *script, size_t size, struct play_record *out);

/* Plays a script, after a while of silence. */
void play_script(const uint8_t *script, size_t size);

/* Plays one frame, alone. */
void play_frame(uint8_t port, const uint8_t *frame, uint16_t len);

#endif
