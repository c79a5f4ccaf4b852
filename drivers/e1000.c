/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel 8254x and 82574 Gigabit controllers, polled. This file is what the
 * rest of the router sees: probe, start, stop, link, multicast, statistics.
 *
 *   e1000_hw.c    reset, filters, errata, counters
 *   e1000_phy.c   link
 *   e1000_ring.c  the fast path
 */
#include "drivers/e1000.h"

#include <errno.h>
#include <string.h>

#include "drivers/e1000_dev.h"
#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/time.h"

enum {
	INTEL = 0x8086,
	MTU = 1500,
	MTU_EXTRA = E1000_FRAME - MTU, /* Ethernet header and a VLAN tag */
	CRC_LENGTH = 4,
	BUFFER_MIN = 2048,
	STATS_EVERY_US = 60 * 1000 * 1000,
};

/* 14.3 and 14.4 in order. On failure the caller stops. */
static int
e1000_bring_up(struct port *port)
{
	struct e1000 *d = port->priv;
	int err;

	/* The packet buffer is split for the largest frames, by a reset. */
	if (d->room != port->buffer_room)
		d->fresh = false;
	d->room = port->buffer_room;
	if (!d->fresh && (err = e1000_reset(d)) != 0)
		return err;
	d->fresh = false;
	pci_enable_master(d->pci);
	e1000_init_parts(d);
	if ((err = e1000_init_link(d)) != 0)
		return err;
	e1000_init_filters(d, port->mac);
	e1000_clear_stats(d);
	nic_ring_shorten(&d->rx, port->rx_descriptors);
	e1000_start_rx(d);
	e1000_start_tx(d);
	return e1000_init_interrupts(d, port);
}

static void
e1000_shut_down(struct e1000 *d)
{
	/* Only a reset surely ends DMA; without it, off the bus. */
	if (e1000_reset(d) != 0)
		log_error(d->area, "does not reset, taken off the bus");
	pci_disable_master(d->pci);
}

static int
e1000_start(struct port *port)
{
	int err;

	if (port->pool[0] == NULL || port->buffer_room < BUFFER_MIN)
		return -EINVAL;
	if (!e1000_drained(port->priv))
		return -EBUSY;
	err = e1000_bring_up(port);
	if (err != 0)
		e1000_shut_down(port->priv);
	return err;
}

static void
e1000_stop(struct port *port)
{
	e1000_collect_stats(port->priv);
	e1000_shut_down(port->priv);
}

/* Core 0 calls it often; the statistics are read here too, in time. */
static void
e1000_link(struct port *port, struct port_link *out)
{
	static const uint32_t mbps[] = { 10, 100, 1000, 1000 };
	struct e1000 *d = port->priv;
	uint32_t status;

	memset(out, 0, sizeof(*out));
	if (!port_running(port))
		return;
	if (time_us() - d->stats_us >= STATS_EVERY_US)
		e1000_collect_stats(d);
	status = reg_read(d, STATUS);
	out->up = (status & STATUS_LU) != 0;
	if (!out->up)
		return;
	out->full_duplex = (status & STATUS_FD) != 0;
	out->mbps = mbps[STATUS_SPEED(status)];
}

static int
e1000_set_multicast(
    struct port *port, const uint8_t (*mac)[ETH_ALEN], uint32_t n)
{
	struct e1000 *d = port->priv;

	nic_mta_fill(d->mta, mac, n);
	/* A port that is down gets the table when it starts. */
	if (port_running(port))
		e1000_write_mta(d);
	return 0;
}

/* Up to 1500 bytes come in with any MTU. */
static void
e1000_set_mtu(struct port *port, uint16_t mtu)
{
	struct e1000 *d = port->priv;

	atomic_store(&d->frame_max, (mtu > MTU ? mtu : MTU) + MTU_EXTRA);
	if (port_running(port))
		e1000_write_frame_max(d);
}

static void
e1000_hw_stats(struct port *port, struct port_hw_stats *out)
{
	struct e1000 *d = port->priv;

	if (port_running(port))
		e1000_collect_stats(d);
	*out = d->stats;
	out->rx_no_buffer += d->rx_no_buffer;
	out->rx_length_errors += d->rx_long;
	out->rx_errors += d->rx_errors;
}

/*
 * The one queue has what the NIC counts. The ring never lacks descriptors for
 * want of buffers: then the poller drops. The poller moves its index on
 * meanwhile: a figure to look at.
 */
static void
e1000_queue_stats(
    struct port *port, uint32_t queue, struct port_queue_stats *out)
{
	struct e1000 *d = port->priv;

	memset(out, 0, sizeof(*out));
	if (queue != 0)
		return;
	if (port_running(port))
		e1000_collect_stats(d);
	*out = d->queue_stats;
	out->rx_octets -= out->rx_packets * CRC_LENGTH;
	out->tx_octets -= out->tx_packets * CRC_LENGTH;
	out->rx_drops = d->stats.rx_missed + d->rx_no_buffer;
	if (!port_running(port))
		return;
	out->rx_used = (reg_read(d, RX_RING + NIC_RING_HEAD) -
			   *(const volatile uint32_t *)&d->rx.cons) &
	               d->rx.mask;
	out->tx_used = (reg_read(d, TX_RING + NIC_RING_TAIL) -
			   reg_read(d, TX_RING + NIC_RING_HEAD)) &
	               d->tx.mask;
}

/* Each NIC has its own, because not all can interrupt. */
static const struct port_ops e1000_ops = {
	.rx_burst = e1000_rx_burst,
	.tx_burst = e1000_tx_burst,
	.start = e1000_start,
	.stop = e1000_stop,
	.drain = e1000_drain,
	.link = e1000_link,
	.set_multicast = e1000_set_multicast,
	.set_mtu = e1000_set_mtu,
	.hw_stats = e1000_hw_stats,
	.queue_stats = e1000_queue_stats,
};

static int
e1000_probe(
    const struct pci_device *pci, const struct nic_id *id, struct port *port)
{
	struct e1000 *d;
	int err;

	pci_enable(pci);
	d = dma_alloc(sizeof(*d), _Alignof(struct e1000));
	if (d == NULL)
		return -ENOMEM;
	d->pci = pci;
	d->area = pci->address;
	d->flags = id->flags;
	d->room = PKT_ROOM;
	atomic_init(&d->frame_max, E1000_FRAME);
	if ((err = e1000_alloc_rings(d, port)) != 0)
		return err;
	d->regs = pci_map_bar(pci, 0);
	if (d->regs == NULL)
		return -ENXIO;
	if ((err = e1000_reset(d)) != 0)
		return err;
	if ((err = e1000_read_mac(d, port->mac)) != 0)
		return err;
	if (d->flags & E1000_UNTESTED)
		log_warn(d->area, "%s is untested", id->model);
	d->ops = e1000_ops;
	if ((d->flags & E1000_82574) && pci_find_capability(pci, PCI_CAP_MSI))
		d->ops.rx_arm = e1000_rx_arm;
	port->max_frame = e1000_max_frame(d);
	port->rx_queues = 1;
	port->tx_queues = 1;
	port->queues_max = 1;
	port->ops = &d->ops;
	port->priv = d;
	return 0;
}

static const struct nic_id e1000_ids[] = {
	{ INTEL, 0x100e, 0, "82540EM" },
	{ INTEL, 0x100f, 0, "82545EM" },
	{ INTEL, 0x1010, E1000_UNTESTED, "82546EB" },
	{ INTEL, 0x1015, E1000_UNTESTED, "82540EM (LOM)" },
	{ 0, 0, 0, NULL },
};

static const struct nic_id e1000e_ids[] = {
	{ INTEL, 0x10d3, E1000_82574, "82574L" },
	{ INTEL, 0x10f6, E1000_82574 | E1000_UNTESTED, "82574LA" },
	{ INTEL, 0x150c, E1000_82574 | E1000_UNTESTED, "82583V" },
	{ 0, 0, 0, NULL },
};

const struct nic_driver e1000_driver = {
	.name = "e1000",
	.ids = e1000_ids,
	.probe = e1000_probe,
};

const struct nic_driver e1000e_driver = {
	.name = "e1000e",
	.ids = e1000e_ids,
	.probe = e1000_probe,
};
