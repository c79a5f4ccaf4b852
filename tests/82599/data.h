/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the data half: what it keeps apart from registers.
 *
 * A ring's descriptors pass these marks, in ring order:
 *
 *	head      the first that software has not been told of
 *	done      the first that is not processed
 *	fetched   the first that is not read from memory
 *	tail      RDT or TDT: the first that software has not handed over
 *
 * head <= done <= fetched <= tail, all modulo the ring's length. [head, done)
 * waits for write-back, [done, fetched) for a frame to receive or to send. All
 * DMA of a queue is in events of that queue, never in a register access.
 */
#ifndef TESTS_82599_DATA_H
#define TESTS_82599_DATA_H

#include "tests/82599/internal.h"

enum {
	RX_BUFFER_MAX = 512 * 1024, /* 8.2.3.8.9, all of the packet buffer */
	TX_PACKET_MAX = 256 * 1024, /* 7.2.3.2.4 PAYLEN has 18 bits */
	TX_HEAD_ROOM = 16,          /* before a frame, for its tag */
	TX_TAIL_ROOM = 64,          /* behind it, for padding */
	TX_DESCRIPTORS_MAX = 40,    /* 7.2.1: of one packet */
	FRAME_ROOM = 16 * 1024,     /* the longest frame, tag and FCS */
	RX_BACKLOG = 16, /* frames kept while a shell is told to go on */
	FCS = 4,
	MIN_FRAME = 60, /* without FCS */
};

/* Hostile times, in ns: of a fetch, of a write-back, of a queue's ENABLE. */
enum {
	FETCH_NS = 20 * 1000,
	WRITE_BACK_NS = 20 * 1000,
	ENABLE_NS = 500 * 1000,
};

struct descriptor {
	uint64_t lo;
	uint64_t hi;
};
_Static_assert(sizeof(struct descriptor) == 16, "7.1.6, 7.2.3");

struct ring {
	bool enabled;     /* at work */
	bool wanted;      /* what the driver asked ENABLE to be */
	bool checked;     /* by check_rx_enable() */
	bool early_tail;  /* the tail was moved before ENABLE was seen */
	bool used;        /* since ENABLE: a descriptor, or the tail moved */
	bool told;        /* software was told of one */
	bool settled;     /* and has seen it: rx_work_check() is over */
	bool rewound;     /* the head was set: wait for the tail */
	uint8_t odd_base; /* low bits as written, which must be zero */
	uint8_t odd_length;
	uint64_t base;
	uint32_t count; /* descriptors */
	uint32_t head;
	uint32_t done;
	uint32_t fetched;
	struct descriptor *desc; /* [head, fetched); [head, done) of a receive
	                          * ring as they are to be written */
	struct descriptor *seen; /* strict: [head, fetched) as fetched */
};

struct rx_queue {
	struct ring ring;
	bool tight;  /* a frame of full length may find no room */
	bool narrow; /* RX_BACKLOG more may not */
};

enum tx_l4 { TX_UDP, TX_TCP, TX_SCTP }; /* L4T of a context */

/* A context: 7.2.3.2.3 Advanced Transmit Context Descriptor. */
struct tx_context {
	bool set;
	uint16_t vlan;
	uint16_t maclen;
	uint16_t iplen;
	uint16_t l4len;
	uint16_t mss;
	bool ipv4;
	enum tx_l4 l4;
};

struct tx_queue {
	struct ring ring;
	struct tx_context context[2];
	bool flush; /* write back what waits, whatever WTHRESH says */
};

/* A packet to send, gathered, and what it asks for. */
struct tx_packet {
	uint32_t queue;
	uint8_t *bytes;
	uint32_t length;
	uint32_t command; /* of its first descriptor, lower half */
	uint32_t options; /* upper half */
	const struct tx_context *context; /* NULL: legacy, or none set */
};

struct buffers; /* police.c */

/* What parse() found in a frame. Offsets; 0: not there. */
struct parsed {
	uint16_t type; /* 7.1.6.2 packet type, as in the descriptor */
	uint16_t vlan;
	bool tagged;
	bool fragment;
	uint8_t protocol;
	uint32_t l3;
	uint32_t l4;
	uint32_t end; /* of the IP packet */
};

enum { /* parsed.type */
	TYPE_IPV4 = 1 << 4,
	TYPE_IPV4_OPTIONS = 1 << 5,
	TYPE_IPV6 = 1 << 6,
	TYPE_IPV6_EXTENSIONS = 1 << 7,
	TYPE_TCP = 1 << 8,
	TYPE_UDP = 1 << 9,
	TYPE_SCTP = 1 << 10,
};

/* The packet buffer: a FIFO of frames, each after a word of its own. */
struct packet_buffer {
	uint8_t *bytes;
	uint32_t in;
	uint32_t out;
	uint32_t used;
	uint32_t frames;
};

struct data {
	struct rx_queue rx[I82599_QUEUES];
	struct tx_queue tx[I82599_QUEUES];
	struct packet_buffer packets;
	struct buffers *buffers; /* strict: owned by receive rings */
	uint32_t tight;          /* receive queues that are */
	uint32_t narrow;
	bool could_receive;
	bool told_strip;
	uint32_t waiting;  /* descriptors in [head, done) of all rings */
	uint8_t *packet;   /* TX_PACKET_MAX bytes, as gathered */
	uint8_t *frame;    /* one on its way out; FRAME_ROOM, as below */
	uint8_t *arrived;  /* one out of the packet buffer */
	uint8_t *stripped; /* one as the host gets it */
};

/* data.c */
bool dma_allowed(const struct i82599 *m);
/* Counts a frame in one of six size classes, whose first counter is at
 * `addr`. The length is with FCS. */
void stat_size(struct i82599 *m, uint32_t addr, uint32_t length);
/* Counts in the set of a queue: RQSMR, TQSM. */
struct queue_stats {
	uint32_t map;
	uint32_t packets;
	uint32_t packets_stride;
	uint32_t bytes; /* 0: none */
	uint32_t bytes_stride;
};
void stat_queue(struct i82599 *m, const struct queue_stats *s, uint32_t queue,
    uint32_t bytes);

/* ring.c */
bool ring_start(struct i82599 *m, struct ring *r, uint32_t base_reg);
void ring_stop(struct i82599 *m, struct ring *r);
uint32_t ring_distance(const struct ring *r, uint32_t from, uint32_t to);
uint32_t ring_next(const struct ring *r, uint32_t index);
/* Reads at most `limit` descriptors up to `tail`; how many there were. */
uint32_t ring_fetch(
    struct i82599 *m, struct ring *r, uint32_t tail, uint32_t limit);
/* Writes [from, from + n) of desc[] to memory. */
void ring_write(
    struct i82599 *m, const struct ring *r, uint32_t from, uint32_t n);

/* rx.c: events of a queue, and of the packet buffer */
void rx_follow(struct i82599 *m, uint32_t queue);
void rx_fetch(struct i82599 *m, uint32_t queue);
void rx_drain(struct i82599 *m, uint32_t unused);
void rx_write_back(struct i82599 *m, uint32_t queue);
/* A frame from the wire or the loopback. */
void rx_frame(struct i82599 *m, const uint8_t *frame, uint32_t len);
/* Tells the shell when i82599_can_receive() has turned true. */
void rx_ready(struct i82599 *m);

/* deliver.c */
enum delivery { DELIVERED, LOST, WAITS };
/* Puts a frame into host memory. `status`: bits of its descriptor. */
enum delivery deliver(
    struct i82599 *m, const uint8_t *frame, uint32_t len, uint32_t status);
/* Descriptors that a frame of `bytes` takes in a queue. */
uint32_t rx_descriptors(const struct i82599 *m, uint32_t queue, uint32_t bytes);
/* A queue's descriptors came or went: is there room for the longest frame? */
void rx_room(struct i82599 *m, uint32_t queue);

/* filter.c */
enum verdict { REFUSE, PASS, PASS_INEXACT };
enum verdict filter(
    const struct i82599 *m, const uint8_t *frame, const struct parsed *p);
/* The longest frame, with FCS. */
uint32_t length_limit(const struct i82599 *m, bool tagged);

/* parse.c */
void parse(const struct i82599 *m, const uint8_t *frame, uint32_t len,
    struct parsed *p);

/* checksum.c */
uint32_t sum16(const uint8_t *bytes, uint32_t len, uint32_t sum);
uint16_t fold16(uint32_t sum); /* the complement of the folded sum */
uint32_t crc32c(const uint8_t *bytes, uint32_t len);
uint32_t crc32_ethernet(const uint8_t *bytes, uint32_t len);
/* Status and error bits of a receive descriptor (7.1.11). */
uint32_t rx_checksum(
    struct i82599 *m, const uint8_t *frame, const struct parsed *p);

/* rss.c */
uint32_t toeplitz(const uint8_t *key, const uint8_t *input, uint32_t len);
struct rss {
	uint32_t hash;
	uint8_t type; /* 7.1.2.8, as in the descriptor; 0: no hash */
	uint8_t queue;
};
void rss(const struct i82599 *m, const uint8_t *frame, const struct parsed *p,
    struct rss *result);

/* tx.c: events of a queue */
void tx_follow(struct i82599 *m, uint32_t queue);
void tx_run(struct i82599 *m, uint32_t queue);
void tx_write_back(struct i82599 *m, uint32_t queue);
void tx_flush(struct i82599 *m, uint32_t queue);

/* offload.c */
void tx_packet(struct i82599 *m, struct tx_packet *p);
/* Sends one frame, without FCS; TX_HEAD_ROOM and TX_TAIL_ROOM are around it. */
void tx_frame(
    struct i82599 *m, const struct tx_packet *p, uint8_t *frame, uint32_t len);
/* The checksums that a context and POPTS ask for (7.2.5). */
void tx_checksums(const struct tx_packet *p, uint8_t *frame, uint32_t len);

/* tso.c */
void tx_segments(struct i82599 *m, const struct tx_packet *p);

/* police.c: a no-op each unless strict */
bool buffers_new(struct i82599 *m);
void buffers_free(struct i82599 *m);
void buffers_reset(struct i82599 *m);
/* A frame comes from the wire. */
void check_wire_frame(struct i82599 *m);
void check_rx_enable(struct i82599 *m, uint32_t queue);
void check_tx_enable(struct i82599 *m, uint32_t queue);
/* False: the tail is beyond the ring. */
bool check_tail(
    struct i82599 *m, struct ring *r, uint32_t tail, const char *section);
/* [from, from + n) was just fetched. */
void check_rx_fetched(
    struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n);
void check_tx_fetched(
    struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n);
/* [from, from + n) goes back to software now. */
void check_rx_done(struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n);
void check_tx_done(struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n);
/* A queue stops: [from, from + n) is software's again. */
void check_rx_stopped(
    struct i82599 *m, uint32_t queue, uint32_t from, uint32_t n);
/* No packet ends in what is fetched. */
void check_no_end(struct i82599 *m, uint32_t queue);
void check_packet(
    struct i82599 *m, const struct tx_packet *p, uint32_t descriptors);

#endif
