/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bench for the 82599 model: memory, a clock, a wire that keeps what was
 * sent, and short words for what a driver does. Only for tests of the model
 * itself; the driver's tests have the in-process shell.
 */
#ifndef TESTS_UNIT_I82599_FIXTURE_H
#define TESTS_UNIT_I82599_FIXTURE_H

#include "tests/82599/model.h"

enum {
	BENCH_MEMORY = 8 << 20, /* at bus address 0 */
	BENCH_SENT = 128,
	/* Rings of queue q at these addresses, one after the other. */
	BENCH_RX_RING = 0x010000,
	BENCH_TX_RING = 0x020000,
	BENCH_RING_STRIDE = 0x1000,
	BENCH_RX_BUFFERS = 0x100000,
	BENCH_TX_BUFFERS = 0x600000,
	BENCH_BUFFER = 0x4000,
};

struct bench_frame {
	uint32_t len;
	uint8_t bytes[16 * 1024];
};

struct bench {
	struct i82599 *m;
	uint64_t clock;
	uint64_t timer;
	uint8_t memory[BENCH_MEMORY];
	struct bench_frame sent[BENCH_SENT];
	uint32_t sent_count;
	uint32_t messages; /* MSI-X */
	uint32_t ready;    /* receive_ready() calls */
	uint32_t violations;
	char section[16]; /* of the last violation */
	char text[160];
	uint32_t tail[2]; /* of receive and transmit queue 0 */
};

/* A friendly model; or a hostile one, if the seed is not 0. Bus master, the
 * receiver enabled and promiscuous, the transmitter enabled. */
struct bench *bench_new(bool strict, uint64_t hostile);
void bench_free(struct bench *b);

void put(struct bench *b, uint32_t addr, uint32_t v);
uint32_t get(struct bench *b, uint32_t addr);
/* Lets time pass until nothing happens any more. */
void settle(struct bench *b);

uint32_t word(const struct bench *b, uint64_t addr);
void set_word(struct bench *b, uint64_t addr, uint32_t v);

/* Enables a queue with `count` descriptors. For receiving also the format, and
 * all but one descriptor handed over. */
void rx_queue(struct bench *b, uint32_t queue, uint32_t count, uint32_t srrctl);
void tx_queue(struct bench *b, uint32_t queue, uint32_t count, uint32_t txdctl);
/* The buffer of a receive descriptor. */
uint64_t rx_buffer(uint32_t queue, uint32_t index);
uint32_t rx_status(const struct bench *b, uint32_t queue, uint32_t index);
uint32_t rx_length(const struct bench *b, uint32_t queue, uint32_t index);
/* Gives descriptors back: fills the read format in, moves the tail. */
void rx_refill(
    struct bench *b, uint32_t queue, uint32_t from, uint32_t n, uint32_t count);

/* Writes one transmit descriptor, without telling the device. */
void tx_descriptor(struct bench *b, uint32_t queue, uint32_t index, uint64_t lo,
    uint32_t command, uint32_t options);
/* A frame in one advanced descriptor at `index`, told. */
void tx_frame_at(struct bench *b, uint32_t queue, uint32_t index,
    const uint8_t *frame, uint32_t len);
bool tx_done(const struct bench *b, uint32_t queue, uint32_t index);

/* A broadcast frame of a type that nobody knows, its bytes by `seed`. */
void some_frame(uint8_t *frame, uint32_t len, uint32_t seed);
/* Ethernet, IPv4 or IPv6, TCP or UDP, with good checksums. */
struct flow {
	uint8_t family; /* 4, 6 */
	uint8_t protocol;
	uint8_t source[16];
	uint8_t destination[16];
	uint16_t ports[2];
	uint16_t tag; /* 0: none */
};
/* Returns the length: headers and `payload` bytes. */
uint32_t flow_frame(uint8_t *frame, const struct flow *f, uint32_t payload);

#endif
