/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the ixgbe driver share.
 */
#ifndef DRIVERS_IXGBE_DEV_H
#define DRIVERS_IXGBE_DEV_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/ixgbe_regs.h"
#include "drivers/ixgbe_sfp.h"
#include "drivers/nic_mac.h"
#include "drivers/nic_ring.h"
#include "kernel/pci.h"
#include "net/port.h"

/* What a part does its own way; flags in the PCI id table. */
enum {
	/* Works alike by its manual, but we never saw one. */
	IXGBE_UNTESTED = 1u << 0,
	/* SFP+: a serial link at 10 Gb/s, a laser, a module to read. */
	IXGBE_SFP = 1u << 1,
	/* The link is the PHY's alone: there is no AUTOC. */
	IXGBE_NO_AUTOC = 1u << 2,
	/* 512 entries in the table of RSS. */
	IXGBE_X550 = 1u << 3,
	/* EEC is elsewhere. */
	IXGBE_X553 = 1u << 4,
};

enum {
	IXGBE_RING_SLOTS = 512, /* unless the port asks for others */
	IXGBE_TIMEOUT_US = 100000,
};

/* One queue pair: the polling core's. */
struct ixgbe_queue {
	_Alignas(64) struct nic_ring rx;
	struct nic_ring tx;
	uint64_t rx_errors; /* frames that the NIC marked bad */
	uint64_t rx_long;   /* frames that did not fit one buffer */
	bool rx_skip;       /* inside such a frame */
};

enum ixgbe_link_phase {
	LINK_WAIT,  /* for it to come up */
	LINK_RESET, /* the pipeline's reset has begun */
};

/* How far a queue had sent when we last looked. */
struct ixgbe_progress {
	uint32_t head;
	uint64_t since_us; /* so far, or idle, or without link */
};

struct ixgbe_link {
	enum ixgbe_link_phase phase;
	uint32_t autoc;     /* what we want there */
	uint32_t restarts;  /* since it was up */
	uint64_t since_us;  /* the last restart, or up */
	uint64_t down_us;   /* when it went down */
	uint64_t logged_us; /* last line about it; 0: none yet */
};

struct ixgbe {
	volatile void *regs;
	const char *area; /* for the log: the PCI address */
	const struct pci_device *pci;
	struct port_ops ops; /* what this device can do */
	uint32_t flags;
	bool fresh;      /* reset, and nothing programmed since */
	uint16_t queues; /* pairs that run */
	uint16_t buffer_kb;
	uint16_t mtu;
	uint8_t lan;  /* which of the card's ports */
	bool refused; /* a semaphore, once: that is logged */

	struct ixgbe_queue queue[PORT_QUEUE_MAX];

	/* Core 0's. */
	_Alignas(64) struct port_hw_stats stats; /* read from the NIC so far */
	struct port_queue_stats queue_stats[PORT_QUEUE_MAX];
	uint64_t stats_us; /* when the last were read */
	uint32_t mta[NIC_MTA_WORDS];
	struct ixgbe_link link;
	struct ixgbe_progress tx_progress[PORT_QUEUE_MAX];
	struct ixgbe_sfp sfp;
	uint32_t i2c; /* I2CCTL as last written */
};

/* ixgbe_hw.c */
int ixgbe_reset(struct ixgbe *d);
int ixgbe_read_mac(struct ixgbe *d, uint8_t mac[ETH_ALEN]);
void ixgbe_check_pcie(struct ixgbe *d);
void ixgbe_reset_locks(struct ixgbe *d);
bool ixgbe_lock(struct ixgbe *d, uint32_t what, uint32_t tries);
void ixgbe_unlock(struct ixgbe *d, uint32_t what);

/* ixgbe_init.c */
void ixgbe_init_general(struct ixgbe *d);
int ixgbe_init_interrupts(struct ixgbe *d, const struct port *port);
int ixgbe_init_rx(struct ixgbe *d, const struct port *port);
int ixgbe_init_tx(struct ixgbe *d);
void ixgbe_write_mta(struct ixgbe *d);
void ixgbe_write_frame_max(struct ixgbe *d);
uint32_t ixgbe_reta_word(uint32_t n, uint32_t queues);
uint32_t ixgbe_rss_key_word(void);

/* ixgbe_link.c */
void ixgbe_init_link(struct ixgbe *d);
void ixgbe_poll_link(struct ixgbe *d, struct port_link *out);

/* ixgbe_eeprom.c */
void ixgbe_setup_module(struct ixgbe *d);

/* ixgbe_i2c.c */
int ixgbe_i2c_read(
    struct ixgbe *d, uint8_t device, uint8_t at, uint8_t *out, uint32_t n);

/* ixgbe_stats.c */
void ixgbe_init_stats(struct ixgbe *d);
void ixgbe_collect_stats(struct ixgbe *d);
void ixgbe_hw_stats(struct port *port, struct port_hw_stats *out);
void ixgbe_queue_stats(
    struct port *port, uint32_t queue, struct port_queue_stats *out);

/* ixgbe_ring.c */
uint32_t ixgbe_rx_burst(
    struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n);
uint32_t ixgbe_tx_burst(
    struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n);
void ixgbe_drain(struct port *port, uint32_t queue);
void ixgbe_rx_arm(struct port *port, uint32_t queue);

#endif
