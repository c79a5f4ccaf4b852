/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the model. Two halves meet here:
 *
 *  - the control half: register file, reset, EEPROM, SFP+ module, link,
 *    interrupts, statistics, delayed events, the strict police;
 *  - the data half: descriptor rings, reception (filters, RSS, checksums) and
 *    transmission (contexts, offloads, segmentation, loopback).
 *
 * Every register has one 32-bit word in reg[], and one row in the table of
 * registers.c that says how it is read, written and reset. The data half reads
 * the words it needs and is told of each write.
 */
#ifndef TESTS_82599_INTERNAL_H
#define TESTS_82599_INTERNAL_H

#include "tests/82599/model.h"

struct control; /* control.c and its kin */
struct data;    /* data.c and its kin */

struct i82599 {
	const struct i82599_ops *ops;
	void *ctx;
	struct i82599_config config;
	bool bus_master;
	bool cable; /* what set_link() said */
	enum i82599_interrupts interrupts;
	uint32_t violations;
	struct control *control;
	struct data *data;
	uint32_t reg[I82599_BAR_SIZE / 4]; /* by address / 4 */
};

/* A register's word. */
static inline uint32_t *
reg(struct i82599 *m, uint32_t addr)
{
	return &m->reg[addr / 4];
}

static inline uint32_t
reg_get(const struct i82599 *m, uint32_t addr)
{
	return m->reg[addr / 4];
}

/* 16 bits in network order. */
static inline uint32_t
be16(const uint8_t *b)
{
	return (uint32_t)b[0] << 8 | b[1];
}

static inline void
put_be16(uint8_t *b, uint32_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

/*
 * The data half, called by the control half.
 */

/* Memory for the data half; false: none. */
bool data_new(struct i82599 *m);
void data_free(struct i82599 *m);

/* After every reset: all queues off, no frame held, no context kept. */
void data_reset(struct i82599 *m);

/*
 * A write by the driver has just changed a register's word from `old`. Called
 * for every register. What the data half must refuse it puts back.
 */
void data_written(struct i82599 *m, uint32_t addr, uint32_t old);

/* A read is about to return the word; registers that show moving state of the
 * data half (heads, flags) are brought up to date first. */
void data_reading(struct i82599 *m, uint32_t addr);

/* The link, the loopback or the bus master bit may have changed: work that
 * waited for it goes on. */
void data_wake(struct i82599 *m);

/* The master disable bit (CTRL 8.2.3.1.1) is pending: true when no DMA is on
 * the way any more. */
bool data_idle(const struct i82599 *m);

/* A receive queue is enabled, and the driver has not asked for it to stop. */
bool data_receives(const struct i82599 *m, uint32_t queue);

/*
 * The control half, called by the data half.
 */

/* Interrupt causes (8.2.3.5): a queue's, or bits of EICR. */
void cause_rx(struct i82599 *m, uint32_t queue);
void cause_tx(struct i82599 *m, uint32_t queue);
void cause_other(struct i82599 *m, uint32_t eicr_bits);

/* The driver gives descriptors of a receive queue back, after frames in it: its
 * set-up is over, in whatever order. */
void rx_work_check(struct i82599 *m, uint32_t queue);

/* Statistics (8.2.3.23): adds and sticks at the maximum. stat_add64: a pair of
 * registers of 36 or 48 bits as the datasheet gives, low word at `addr`. */
void stat_add(struct i82599 *m, uint32_t addr, uint32_t n);
void stat_add64(struct i82599 *m, uint32_t addr, uint64_t n);

/* The link carries frames: cable, AUTOC state and MAC all agree. */
bool link_carries(const struct i82599 *m);
/* MAC loopback (8.2.3.22.8 HLREG0.LPBK and AUTOC forced link). */
bool link_loops_back(const struct i82599 *m);

/* Records a violation when strict; printf form, one line, no full stop. */
void violate(struct i82599 *m, const char *section, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Calls fn(m, arg) after a delay: min_ns when friendly, a seeded random time
 * from [min_ns, max_ns] when hostile. Never called from within after(). Events
 * are forgotten on reset. At most one event per (fn, arg) is pending: a second
 * call while one is pending changes nothing and returns false. A friendly
 * delay of 0 still runs only after the register access is over.
 */
bool after(struct i82599 *m, uint64_t min_ns, uint64_t max_ns,
    void (*fn)(struct i82599 *m, uint32_t arg), uint32_t arg);

/* Seeded random number below `n`; 0 when friendly. */
uint32_t hostile_below(struct i82599 *m, uint32_t n);

#endif
