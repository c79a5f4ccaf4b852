/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real driver on model cards, for host tests: ports probed and started,
 * one pool for each queue number, and frames that say by themselves who they
 * are. The model is strict; lab_end() fails when it has recorded anything, when
 * a device has reached for memory that is not its, or a buffer is missing.
 *
 * A frame of the lab is Ethernet with a local EtherType, then its number, then
 * a pattern that number and length decide.
 */
#ifndef TESTS_UNIT_IXGBE_LAB_H
#define TESTS_UNIT_IXGBE_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/port.h"
#include "tests/82599/inprocess.h"

enum {
	LAB_PORTS = 2,
	LAB_CAUGHT = 8192,
	LAB_FRAME_MIN = 60,
	LAB_FRAME_MAX = 9724,
	LAB_TURN_NS = 5000,
};

struct lab_config {
	uint32_t ports;       /* 0: 1 */
	uint32_t buffers;     /* in each pool; 0: full rings and some more */
	uint16_t queues;      /* pairs of each port; 0: 1 */
	uint16_t descriptors; /* in each ring; 0: 64 */
	uint16_t room;        /* of a buffer; 0: PKT_ROOM */
	uint16_t mtu;         /* 0: what fills a buffer */
	bool messages;        /* queue q sends MSI-X message q */
	bool no_module;
	uint64_t hostile; /* seed */
};

/* A frame that a port has sent. */
struct lab_sent {
	uint32_t n, len;
};

struct lab {
	struct lab_config config;
	struct inprocess *nic[LAB_PORTS];
	struct port port[LAB_PORTS];
	struct pool pool[PORT_QUEUE_MAX]; /* for queue q of every port */
	struct lab_sent sent[LAB_CAUGHT]; /* since lab_catch() */
	uint32_t sent_count;
};

extern struct lab lab;

/* Cards with power, and memory. */
void lab_power(const struct lab_config *config);
/* The same, and ports probed and started, with a link. */
void lab_up(const struct lab_config *config);
/* Teardown: stops what runs. Returns 0, or -1 with the reason printed. */
int lab_end(void **state);

int lab_probe(uint32_t port);
int lab_start(uint32_t port);
/* Stops, and puts the buffers into their pools. */
void lab_stop(uint32_t port);
/* Polls the link until it is up. Fails after ten seconds. */
void lab_wait_link(uint32_t port);
bool lab_link(uint32_t port);

/* Frame `n` with `len` bytes, to a port's address. */
void lab_frame(uint8_t *out, uint32_t n, uint32_t len, uint32_t port);
/* Checks the bytes; returns the number. */
uint32_t lab_check(const uint8_t *frame, uint32_t len);

/* Frame `n` arrives at the port. */
void lab_receive(uint32_t port, uint32_t n, uint32_t len);
/* One burst of up to `max` from a queue, checked, numbered from `n` on; the
 * buffers go back. Returns how many. */
uint32_t lab_poll(uint32_t port, uint32_t queue, uint32_t n, uint32_t max);

/* What this port sends is checked, and kept in lab.sent. */
void lab_catch(uint32_t port);
/* Hands over `count` frames from number `n` on; what the driver does not take
 * goes back to the pool. Returns how many it took. */
uint32_t lab_send(
    uint32_t port, uint32_t queue, uint32_t n, uint32_t len, uint32_t count);
/* Has a queue give back what was sent. */
void lab_reclaim(uint32_t port, uint32_t queue);

/* Buffers of the pool that are somewhere else. */
uint32_t lab_out(uint32_t queue);

#endif
