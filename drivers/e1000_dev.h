/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the e1000 driver share.
 */
#ifndef DRIVERS_E1000_DEV_H
#define DRIVERS_E1000_DEV_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "drivers/e1000_regs.h"
#include "drivers/nic_mac.h"
#include "drivers/nic_ring.h"
#include "kernel/pci.h"
#include "net/port.h"

/* What a part does its own way; flags in the PCI id tables. */
enum {
	/* PCI Express, with the 82574's registers and errata. */
	E1000_82574 = 1u << 0,
	/* Works alike by its manual, but we never saw one. */
	E1000_UNTESTED = 1u << 1,
};

enum {
	/* Bytes without CRC: 1500 of a packet behind a tag. Longer frames need
	 * RCTL.LPE. */
	E1000_FRAME = 1518,
};

struct e1000 {
	volatile void *regs;
	const char *area; /* for the log: the PCI address */
	const struct pci_device *pci;
	uint32_t flags;
	bool fresh;                 /* reset, and nothing programmed since */
	uint16_t room;              /* of a buffer; since the last reset */
	_Atomic uint32_t frame_max; /* what is longer is dropped; core 0's */

	/* The polling core's. */
	_Alignas(64) struct nic_ring rx;
	struct nic_ring tx;
	bool rx_inside;        /* inside a frame of several buffers */
	bool rx_armed;         /* the NIC may send its message */
	struct pkt *rx_head;   /* its first part; NULL: it is dropped */
	uint64_t rx_errors;    /* frames that the NIC marked bad */
	uint64_t rx_long;      /* frames longer than the MTU allows */
	uint64_t rx_no_buffer; /* frames dropped because the pool was empty */

	/* Core 0's. */
	_Alignas(64) struct port_hw_stats stats; /* read from the NIC so far */
	struct port_queue_stats queue_stats;     /* the same; octets with CRC */
	uint64_t stats_us;                       /* when the last were read */
	struct port_ops ops;
	uint32_t mta[NIC_MTA_WORDS];
};

/* e1000_hw.c */
int e1000_reset(struct e1000 *d);
void e1000_quiesce(struct e1000 *d);
int e1000_read_mac(struct e1000 *d, uint8_t mac[ETH_ALEN]);
void e1000_init_parts(struct e1000 *d);
int e1000_init_interrupts(struct e1000 *d, const struct port *port);
void e1000_init_filters(struct e1000 *d, const uint8_t mac[ETH_ALEN]);
void e1000_write_mta(struct e1000 *d);
void e1000_write_frame_max(struct e1000 *d);
uint16_t e1000_max_frame(const struct e1000 *d);
void e1000_collect_stats(struct e1000 *d);
void e1000_clear_stats(struct e1000 *d);

/* e1000_phy.c */
bool e1000_mdio_acquire(struct e1000 *d);
void e1000_mdio_release(struct e1000 *d);
int e1000_init_link(struct e1000 *d);

/* e1000_ring.c */
int e1000_alloc_rings(struct e1000 *d, struct port *port);
void e1000_start_rx(struct e1000 *d);
void e1000_start_tx(struct e1000 *d);
bool e1000_drained(const struct e1000 *d);
void e1000_drain(struct port *port, uint32_t queue);
uint32_t e1000_rx_burst(
    struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n);
uint32_t e1000_tx_burst(
    struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n);
void e1000_rx_arm(struct port *port, uint32_t queue);

#endif
