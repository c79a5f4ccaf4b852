/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of one function of the Intel 82599 10 GbE controller: registers,
 * queues, filters, DMA and interrupts, in plain C. It knows no emulator: a
 * shell gives it memory, time, a wire and interrupt lines through callbacks.
 * Two shells exist: qemu.c (a PCIe device) and inprocess.c (host tests).
 *
 * Not thread safe: one caller at a time. A callback must not call back into
 * the model, except that transmit() may call i82599_receive() of another one.
 *
 * Source: the 82599 datasheet's section numbers as public drivers cite them.
 */
#ifndef TESTS_82599_MODEL_H
#define TESTS_82599_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum {
	I82599_BAR_SIZE = 128 * 1024, /* BAR 0 */
	I82599_MSIX_VECTORS = 64,
	I82599_QUEUES = 128,      /* receive, and as many to transmit */
	I82599_FRAME_MAX = 15872, /* 8.2.3.22.13 MAXFRS, FCS included */
};

struct i82599;

struct i82599_ops {
	/* Memory at a bus address. False: nothing answers there. */
	bool (*dma_read)(void *ctx, uint64_t addr, void *buf, uint32_t len);
	bool (*dma_write)(
	    void *ctx, uint64_t addr, const void *buf, uint32_t len);
	/* A frame leaves, from the destination MAC on, without FCS. */
	void (*transmit)(void *ctx, const uint8_t *frame, uint32_t len);
	/* MSI-X: sends the message of this vector once. */
	void (*msix)(void *ctx, uint32_t vector);
	/* MSI and INTx: the level of the one line; MSI fires as it rises. */
	void (*irq)(void *ctx, bool level);
	/* Nanoseconds, monotonic. */
	uint64_t (*now)(void *ctx);
	/* Have i82599_timer() called at that time, once; the last call wins;
	 * UINT64_MAX: never. */
	void (*set_timer)(void *ctx, uint64_t when);
	/* i82599_can_receive() has turned true. */
	void (*receive_ready)(void *ctx);
	/* strict: the driver broke a rule of the datasheet's `section`. */
	void (*violation)(void *ctx, const char *section, const char *text);
};

struct i82599_config {
	uint8_t mac[6];
	uint8_t function; /* 0 or 1: which port of the card, STATUS.LAN_ID */
	bool strict;      /* record violations */
	bool no_module;   /* the SFP+ cage is empty */
	uint64_t hostile; /* seed of delays and batches; 0: at once, in order */
};

/* Returns a powered-on device with its cable in, or NULL: no memory. Callbacks
 * may come from here on. */
struct i82599 *i82599_new(const struct i82599_config *config,
    const struct i82599_ops *ops, void *ctx);
void i82599_free(struct i82599 *m);

/* Power-on or bus reset. The link state of the cable stays. */
void i82599_power_on(struct i82599 *m);

/* BAR 0. `size` is 1 to 8; the device knows aligned 4-byte accesses, and takes
 * an aligned 8-byte one as two, the lower first. Others are violations (8.1)
 * that read as zero and write nothing. */
uint64_t i82599_read(struct i82599 *m, uint64_t addr, unsigned size);
void i82599_write(struct i82599 *m, uint64_t addr, uint64_t v, unsigned size);

/* The PCI command register's bus master bit; without it there is no DMA. */
void i82599_set_bus_master(struct i82599 *m, bool on);

/* Which interrupts the host has enabled in configuration space. */
enum i82599_interrupts { I82599_INTX, I82599_MSI, I82599_MSIX };
void i82599_set_interrupts(struct i82599 *m, enum i82599_interrupts kind);

/* The cable. */
void i82599_set_link(struct i82599 *m, bool up);

/*
 * A frame arrives, without FCS. As on a wire there is no way to refuse it: what
 * finds no room is counted and lost. can_receive() says whether a frame of any
 * length would find room now in the packet buffer and in every enabled queue,
 * for shells whose wire can wait.
 */
void i82599_receive(struct i82599 *m, const uint8_t *frame, uint32_t len);
bool i82599_can_receive(const struct i82599 *m);

/* The time asked for by set_timer has come. */
void i82599_timer(struct i82599 *m);

/* How many violations there were since i82599_new(). */
uint32_t i82599_violations(const struct i82599 *m);

#endif
