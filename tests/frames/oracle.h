/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the standards want of a frame, read slowly and simply, for the world's
 * config (config.h) alone. It shares no code with the router. Where they leave
 * a choice, or where time matters, anything goes.
 */
#ifndef TESTS_FRAMES_ORACLE_H
#define TESTS_FRAMES_ORACLE_H

#include <stdint.h>

enum verdict {
	VERDICT_ANY,
	VERDICT_FORWARD,  /* leaves whole, by one of `way` */
	VERDICT_FRAGMENT, /* leaves by one of `way`, in pieces */
	VERDICT_STOP,     /* does not go on; the source may be told */
	VERDICT_SILENT,   /* does not go on, and nothing leaves */
};

struct oracle_way {
	uint8_t port, host; /* the next hop's MAC is 02:00:00:00:port:host */
};

struct oracle {
	enum verdict verdict;
	uint32_t len; /* of the packet */
	uint32_t way_count;
	struct oracle_way way[3];
};

/* Of a frame that is received by a port. */
struct oracle oracle_ask(uint8_t port, const uint8_t *frame, uint16_t len);

#endif
