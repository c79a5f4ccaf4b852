/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel 82599 10 Gigabit controllers and their kin, polled. This file is what
 * the rest of the router sees: ids, probe, start, stop, link, multicast.
 *
 *   ixgbe_hw.c     reset, PCI Express, semaphores
 *   ixgbe_init.c   what is programmed after a reset, in the datasheet's order
 *   ixgbe_link.c   link and module; below it ixgbe_i2c.c, ixgbe_sfp.c, and
 *                  ixgbe_eeprom.c
 *   ixgbe_ring.c   the fast path
 *   ixgbe_stats.c  counters
 */
#include "drivers/ixgbe.h"

#include <errno.h>
#include <string.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/msi.h"
#include "kernel/time.h"

enum {
	INTEL = 0x8086,
	FCS = 4,
	BUFFER_MIN = 1024,
	FINISH_US = 5000, /* 512 frames of 1518 bytes take less */
	FINISH_STEP_US = 10,
};

/* Everything that a start depends on, before the NIC is touched. */
static int
ixgbe_check_port(const struct port *port)
{
	const struct ixgbe *d = port->priv;
	uint32_t q;

	if (port->buffer_room < BUFFER_MIN || port->rx_queues == 0 ||
	    port->rx_queues > port->queues_max ||
	    port->tx_queues != port->rx_queues)
		return -EINVAL;
	for (q = 0; q < port->rx_queues; q++) {
		if (port->pool[q] == NULL)
			return -EINVAL;
	}
	for (q = 0; q < port->queues_max; q++) {
		if (nic_ring_used(&d->queue[q].rx) != 0 ||
		    nic_ring_used(&d->queue[q].tx) != 0)
			return -EBUSY; /* not drained since stop */
	}
	return 0;
}

/* 4.6.3 in order. On failure the caller stops. */
static int
ixgbe_bring_up(struct port *port)
{
	struct ixgbe *d = port->priv;
	int err;

	if (!d->fresh && (err = ixgbe_reset(d)) != 0)
		return err;
	d->fresh = false;
	d->queues = port->rx_queues;
	d->buffer_kb = port->buffer_room / 1024;
	if (d->buffer_kb > SRRCTL_PACKET_MAX)
		d->buffer_kb = SRRCTL_PACKET_MAX;
	pci_enable_master(d->pci);
	ixgbe_init_general(d);
	ixgbe_init_link(d);
	ixgbe_init_stats(d);
	if ((err = ixgbe_init_interrupts(d, port)) != 0 ||
	    (err = ixgbe_init_rx(d, port)) != 0)
		return err;
	return ixgbe_init_tx(d);
}

static void
ixgbe_shut_down(struct ixgbe *d)
{
	/* Only a reset surely ends DMA; without it, off the bus. */
	if (ixgbe_reset(d) != 0)
		log_error(d->area, "does not reset, taken off the bus");
	if (d->flags & IXGBE_SFP)
		reg_set(d, ESDP, SDP3); /* the neighbour sees that we left */
	reg_clear(d, CTRL_EXT, DRV_LOAD);
	pci_disable_master(d->pci);
}

static int
ixgbe_start(struct port *port)
{
	int err = ixgbe_check_port(port);

	if (err != 0)
		return err;
	err = ixgbe_bring_up(port);
	if (err != 0)
		ixgbe_shut_down(port->priv);
	return err;
}

/* 4.6.8: a queue is empty before it is disabled, if there is a link. */
static void
ixgbe_finish_tx(struct ixgbe *d)
{
	uint64_t start = time_us();
	uint32_t q = 0, head, tail;

	while (q < d->queues && time_us() - start < FINISH_US) {
		head = reg_read(d, TX_RING(q) + NIC_RING_HEAD);
		tail = reg_read(d, TX_RING(q) + NIC_RING_TAIL);
		if (head == tail)
			q++;
		else
			delay_us(FINISH_STEP_US);
	}
}

static void
ixgbe_stop(struct port *port)
{
	ixgbe_finish_tx(port->priv);
	ixgbe_collect_stats(port->priv);
	ixgbe_shut_down(port->priv);
}

static void
ixgbe_link(struct port *port, struct port_link *out)
{
	memset(out, 0, sizeof(*out));
	if (port_running(port))
		ixgbe_poll_link(port->priv, out);
}

static int
ixgbe_set_multicast(
    struct port *port, const uint8_t (*mac)[ETH_ALEN], uint32_t n)
{
	struct ixgbe *d = port->priv;

	nic_mta_fill(d->mta, mac, n);
	/* A port that is down gets the table when it starts. */
	if (port_running(port))
		ixgbe_write_mta(d);
	return 0;
}

static void
ixgbe_set_mtu(struct port *port, uint16_t mtu)
{
	struct ixgbe *d = port->priv;

	d->mtu = mtu;
	if (port_running(port))
		ixgbe_write_frame_max(d);
}

static const struct port_ops ixgbe_ops = {
	.rx_burst = ixgbe_rx_burst,
	.tx_burst = ixgbe_tx_burst,
	.start = ixgbe_start,
	.stop = ixgbe_stop,
	.drain = ixgbe_drain,
	.rx_arm = ixgbe_rx_arm,
	.link = ixgbe_link,
	.set_multicast = ixgbe_set_multicast,
	.set_mtu = ixgbe_set_mtu,
	.hw_stats = ixgbe_hw_stats,
	.queue_stats = ixgbe_queue_stats,
};

static int
ixgbe_alloc_rings(struct ixgbe *d, struct port *port)
{
	uint32_t q;
	int err;

	if (port->rx_descriptors == 0)
		port->rx_descriptors = IXGBE_RING_SLOTS;
	if (port->tx_descriptors == 0)
		port->tx_descriptors = IXGBE_RING_SLOTS;
	for (q = 0; q < PORT_QUEUE_MAX; q++) {
		err = nic_ring_alloc(&d->queue[q].rx, port->rx_descriptors);
		if (err == 0)
			err = nic_ring_alloc(
			    &d->queue[q].tx, port->tx_descriptors);
		if (err != 0)
			return err;
	}
	return 0;
}

/* The device answers, is reset, and has an address. */
static int
ixgbe_wake(struct ixgbe *d, struct port *port)
{
	int err;

	d->regs = pci_map_bar(d->pci, 0);
	if (d->regs == NULL)
		return -ENXIO;
	if ((err = ixgbe_reset(d)) != 0)
		return err;
	if (!(d->flags & IXGBE_NO_AUTOC) && !(reg_read(d, EEC) & EEC_PRES))
		log_warn(d->area, "no EEPROM, or none that is valid");
	ixgbe_check_pcie(d);
	ixgbe_reset_locks(d);
	return ixgbe_read_mac(d, port->mac);
}

static int
ixgbe_probe(
    const struct pci_device *pci, const struct nic_id *id, struct port *port)
{
	struct ixgbe *d;
	int err;

	pci_enable(pci);
	d = dma_alloc(sizeof(*d), _Alignof(struct ixgbe));
	if (d == NULL)
		return -ENOMEM;
	d->pci = pci;
	d->area = pci->address;
	d->flags = id->flags;
	if ((err = ixgbe_alloc_rings(d, port)) != 0 ||
	    (err = ixgbe_wake(d, port)) != 0)
		return err;
	if (d->flags & IXGBE_UNTESTED)
		log_warn(d->area, "%s is untested", id->model);
	d->ops = ixgbe_ops;
	if (msix_entries(pci) < PORT_QUEUE_MAX)
		d->ops.rx_arm = NULL; /* not enough for all that may run */
	port->max_frame = MAXFRS_MAX - FCS;
	port->queues_max = PORT_QUEUE_MAX;
	port->rx_queues = 1;
	port->tx_queues = 1;
	port->ops = &d->ops;
	port->priv = d;
	return 0;
}

#define SFP      IXGBE_SFP
#define UNTESTED IXGBE_UNTESTED
#define X540     (IXGBE_UNTESTED | IXGBE_NO_AUTOC)
#define X550     (X540 | IXGBE_X550)
#define X553     (X550 | IXGBE_X553)

/* Backplane, CX4 and XAUI parts keep the link mode of their EEPROM. */
static const struct nic_id ixgbe_ids[] = {
	{ INTEL, 0x10fb, SFP, "82599ES (SFP+)" },
	{ INTEL, 0x10f7, UNTESTED, "82599 (KX4)" },
	{ INTEL, 0x10f8, UNTESTED, "82599 (backplane)" },
	{ INTEL, 0x10f9, UNTESTED, "82599 (CX4)" },
	{ INTEL, 0x10fc, UNTESTED, "82599 (XAUI)" },
	{ INTEL, 0x1507, SFP | UNTESTED, "82599 (SFP+, EM)" },
	{ INTEL, 0x1514, UNTESTED, "82599 (KX4 mezzanine)" },
	{ INTEL, 0x1517, UNTESTED, "82599 (KR)" },
	{ INTEL, 0x151c, UNTESTED, "82599 (10GBASE-T)" },
	{ INTEL, 0x1529, SFP | UNTESTED, "82599 (SFP+, FCoE)" },
	{ INTEL, 0x152a, UNTESTED, "82599 (backplane, FCoE)" },
	{ INTEL, 0x154a, SFP | UNTESTED, "82599 (four SFP+)" },
	{ INTEL, 0x154d, SFP | UNTESTED, "82599 (SFP+, SF2)" },
	{ INTEL, 0x154f, UNTESTED, "82599 (LS)" },
	{ INTEL, 0x1557, SFP | UNTESTED, "82599EN (SFP+)" },
	{ INTEL, 0x1558, UNTESTED, "82599 (QSFP+)" },
	{ INTEL, 0x1528, X540, "X540-AT2" },
	{ INTEL, 0x1560, X540, "X540-AT1" },
	{ INTEL, 0x1563, X550, "X550-T2" },
	{ INTEL, 0x15d1, X550, "X550-T1" },
	{ INTEL, 0x15aa, X550, "X552 (KX4)" },
	{ INTEL, 0x15ab, X550, "X552 (KR)" },
	{ INTEL, 0x15ac, X550, "X552 (SFP+)" },
	{ INTEL, 0x15ad, X550, "X552 (10GBASE-T)" },
	{ INTEL, 0x15ae, X550, "X552 (1000BASE-T)" },
	{ INTEL, 0x15b0, X550, "X552 (XFI)" },
	{ INTEL, 0x15c2, X553, "X553 (KR)" },
	{ INTEL, 0x15c3, X553, "X553 (KR, low power)" },
	{ INTEL, 0x15c4, X553, "X553 (SFP+ native)" },
	{ INTEL, 0x15c6, X553, "X553 (SGMII)" },
	{ INTEL, 0x15c7, X553, "X553 (SGMII, low power)" },
	{ INTEL, 0x15c8, X553, "X553 (10GBASE-T)" },
	{ INTEL, 0x15ca, X553, "X553 (QSFP+)" },
	{ INTEL, 0x15cc, X553, "X553 (QSFP+ native)" },
	{ INTEL, 0x15ce, X553, "X553 (SFP+)" },
	{ INTEL, 0x15e4, X553, "X553 (1000BASE-T)" },
	{ INTEL, 0x15e5, X553, "X553 (1000BASE-T, low power)" },
	{ 0, 0, 0, NULL },
};

const struct nic_driver ixgbe_driver = {
	.name = "ixgbe",
	.ids = ixgbe_ids,
	.probe = ixgbe_probe,
};
