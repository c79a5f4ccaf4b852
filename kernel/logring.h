/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log's memory: a header and a ring of lines, laid out so that the next
 * boot can tell what it finds. Header and lines carry a CRC each. Pure.
 *
 * Line `seq` of this boot is in slot (first + seq) % LOGRING_SLOTS; a new boot
 * starts behind the last line of the old one, whose lines stay until they are
 * overwritten.
 */
#ifndef KERNEL_LOGRING_H
#define KERNEL_LOGRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/log.h"

enum { LOGRING_SLOTS = 512 };

#define LOGRING_MAGIC 0x31474f4c57425242ull /* "BRBWLOG1" */

struct logring_header {
	uint64_t magic;
	uint32_t slots;
	uint32_t boot;  /* counts boots since the memory was last lost */
	uint32_t first; /* slot of this boot's line 0 */
	uint32_t crc;   /* of all above */
};

struct logring_slot {
	uint64_t seq;
	uint64_t time_us;
	uint32_t boot;
	uint32_t level;
	char area[16];
	char text[LOG_LINE_MAX];
	uint32_t crc; /* of all above */
	uint32_t reserved;
};

_Static_assert(sizeof(struct logring_header) == 24, "header layout");
_Static_assert(sizeof(struct logring_slot) == 304, "slot layout");

struct logring {
	struct logring_header header;
	struct logring_slot slot[LOGRING_SLOTS];
};

/*
 * Starts a boot on whatever memory is there. Returns the number of lines that
 * the boot before left, 0 when there are none or the memory was lost.
 */
uint64_t logring_start(struct logring *r);

/* The lines must be added in order of `seq`, from 0. */
void logring_add(struct logring *r, const struct log_entry *e);

/* Line `seq` of this boot (back = 0) or the one before (back = 1). */
bool logring_get(const struct logring *r, uint32_t back, uint64_t seq,
    struct log_entry *out);

#endif
