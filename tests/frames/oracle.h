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

/* A link of config.h; VID 0: frames without a tag. */
struct oracle_link {
	uint8_t port;
	uint16_t vid, mtu;
};

struct oracle_way {
	uint8_t link, host; /* the next hop's MAC is 02:00:00:00:link:host */
};

struct oracle {
	enum verdict verdict;
	uint16_t type;     /* EtherType behind the tag, if it was understood */
	uint32_t at;       /* the packet, from the frame's start */
	uint16_t priority; /* PCP and DEI of the tag, where they stand in it */
	uint32_t len;      /* of the packet */
	uint32_t way_count;
	struct oracle_way way[3];
};

/* Of a frame that is received by a port. */
struct oracle oracle_ask(uint8_t port, const uint8_t *frame, uint16_t len);

/* By the number of config.h. */
const struct oracle_link *oracle_link(uint8_t link);

#endif
