/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * e1000: the fast path. Legacy descriptors, one receive and one transmit
 * queue. Descriptors are polled in memory; the only registers touched are the
 * tails, once a burst, and those of interrupts, when the core halts and wakes.
 * SDM 3.2, 3.3, 14.4, 14.5.
 *
 * The receive ring never starves: once filled, it always holds as many buffers.
 * When the pool is empty the frame is dropped and its buffer armed again.
 *
 * An 8254x knows buffers of 2, 4 and 8 KiB alone. It puts a frame that fits our
 * buffer, but not that size, into two of them, of which we make one.
 */
#include <stddef.h>
#include <string.h>

#include "drivers/e1000_dev.h"

enum { RING_SLOTS = 256 }; /* unless the port asks for others */

int
e1000_alloc_rings(struct e1000 *d, struct port *port)
{
	int err;

	if (port->rx_descriptors == 0)
		port->rx_descriptors = RING_SLOTS;
	if (port->tx_descriptors == 0)
		port->tx_descriptors = RING_SLOTS;
	err = nic_ring_alloc(&d->rx, port->rx_descriptors);
	return err != 0 ? err : nic_ring_alloc(&d->tx, port->tx_descriptors);
}

static void
e1000_rx_give(struct e1000 *d, struct pkt *p)
{
	nic_ring_push(&d->rx, p, dma_addr(pkt_data(p)), 0);
}

/* 13.4.22, 82574L 10.2.5.1: the largest buffer that has room in ours. */
static uint32_t
e1000_rctl_buffer(const struct e1000 *d)
{
	static const struct {
		uint16_t size;
		uint32_t bits;
	} sizes[] = {
		{ 8192, RCTL_BSIZE_8192 },
		{ 4096, RCTL_BSIZE_4096 },
		{ 2048, 0 },
	};
	uint32_t i = 0;

	if (d->flags & E1000_82574 && d->room > PKT_ROOM)
		return RCTL_FLXBUF(d->room / 1024);
	while (sizes[i].size > d->room)
		i++;
	return sizes[i].bits;
}

/* 14.4: ring, thresholds, enable. The buffers, and with them the tail, are the
 * polling core's (e1000_rx_fill). */
void
e1000_start_rx(struct e1000 *d)
{
	uint32_t rctl;

	reg_write(d, RDTR, 0);
	reg_write(d, RADV, 0);
	reg_write(d, ITR, 0);
	reg_write(d, RXCSUM, 0);
	reg_write(d, RXDCTL,
	    DCTL_PTHRESH(32) | DCTL_HTHRESH(8) | DCTL_WTHRESH(1) | DCTL_GRAN);
	nic_ring_program(&d->rx, d->regs, RX_RING);
	d->rx_inside = false;
	d->rx_armed = false;
	/* Nothing is filtered by VLAN (VFE). */
	rctl = e1000_rctl_buffer(d) | RCTL_EN | RCTL_BAM | RCTL_SECRC;
	if (atomic_load(&d->frame_max) > E1000_FRAME)
		rctl |= RCTL_LPE;
	reg_write(d, RCTL, rctl);
}

/* A ring that has just started, or that the pool could not fill so far. */
static __attribute__((noinline)) void
e1000_rx_fill(struct e1000 *d, struct pool *pool)
{
	while (nic_ring_space(&d->rx) > 0 && pool->count > 0)
		e1000_rx_give(d, pool_get(pool));
	nic_ring_publish(&d->rx);
}

/* 14.5. Thresholds of both queues alike: an erratum of the 82574's kin. */
void
e1000_start_tx(struct e1000 *d)
{
	uint32_t dctl = DCTL_PTHRESH(31) | DCTL_HTHRESH(1) | DCTL_WTHRESH(1) |
	                DCTL_GRAN;
	uint32_t tctl;

	reg_write(d, TIDV, 8);
	reg_write(d, TADV, 8);
	if (d->flags & E1000_82574) {
		dctl |= DCTL_COUNT_DESC;
		reg_write(d, TXDCTL(1), dctl);
	}
	reg_write(d, TXDCTL(0), dctl);
	reg_write(d, TIPG, TIPG_COPPER);
	nic_ring_program(&d->tx, d->regs, TX_RING);
	/* The 82574 has more bits here, right after reset: keep them. */
	tctl = reg_read(d, TCTL) & ~(TCTL_CT | TCTL_COLD);
	reg_write(
	    d, TCTL, tctl | TCTL_EN | TCTL_PSP | TCTL_CT_15 | TCTL_COLD_64);
}

bool
e1000_drained(const struct e1000 *d)
{
	return nic_ring_used(&d->rx) == 0 && nic_ring_used(&d->tx) == 0 &&
	       d->rx_head == NULL;
}

void
e1000_drain(struct port *port, uint32_t queue)
{
	struct e1000 *d = port->priv;

	nic_ring_drain(&d->rx, port->pool[queue]);
	nic_ring_drain(&d->tx, port->pool[queue]);
	if (d->rx_head != NULL)
		pool_put(port->pool[queue], d->rx_head);
	d->rx_head = NULL;
}

/* Copies the upper halves of finished descriptors, oldest first. */
static uint32_t
e1000_rx_finished(const struct e1000 *d, uint64_t *hi, uint32_t n)
{
	uint32_t used = nic_ring_used(&d->rx), i;

	for (i = 0; i < n && i < used; i++) {
		hi[i] = nic_ring_peek(&d->rx, i)->hi;
		if ((hi[i] & RXD_DD) == 0)
			break;
	}
	return i;
}

/* A whole, sound frame in one buffer? */
static inline bool
e1000_rx_plain(const struct e1000 *d, uint64_t hi, uint32_t most)
{
	return !d->rx_inside && (hi & (RXD_EOP | RXD_ERRORS)) == RXD_EOP &&
	       RXD_LENGTH(hi) <= most;
}

/* The first part waits here for the second. */
static bool
e1000_rx_hold(struct e1000 *d, struct pool *pool, struct pkt *p, uint32_t len)
{
	struct pkt *fresh = pool_get(pool);

	if (fresh == NULL) {
		d->rx_no_buffer++;
		return false;
	}
	p->len = (uint16_t)len;
	d->rx_head = p;
	e1000_rx_give(d, fresh);
	return true;
}

/*
 * What is not plain. Returns a frame that `p` completes, or NULL, and counts
 * what is dropped, once a frame. The descriptor has a buffer again.
 */
static __attribute__((noinline)) struct pkt *
e1000_rx_odd(struct e1000 *d, struct pool *pool, struct pkt *p, uint64_t hi,
    uint32_t most)
{
	bool more = (hi & RXD_EOP) == 0, dropped = d->rx_inside && !d->rx_head;
	struct pkt *head = d->rx_head;
	uint32_t len = RXD_LENGTH(hi) + (head != NULL ? head->len : 0);

	d->rx_inside = more;
	d->rx_head = NULL;
	if (dropped) {
		head = NULL;
	} else if (len > most || len > d->room || (more && head != NULL)) {
		d->rx_long++;
	} else if (more) {
		if (e1000_rx_hold(d, pool, p, len))
			return NULL;
	} else if (hi & RXD_ERRORS) {
		d->rx_errors++;
	} else {
		memcpy(pkt_data(head) + head->len, pkt_data(p), RXD_LENGTH(hi));
		head->len = (uint16_t)len;
		e1000_rx_give(d, p);
		return head;
	}
	if (head != NULL)
		pool_put(pool, head);
	e1000_rx_give(d, p);
	return NULL;
}

/* Awake again: no more messages. The cause stays set until the next arming. */
static __attribute__((noinline)) void
e1000_rx_disarm(struct e1000 *d)
{
	reg_write(d, IMC, IMC_ALL);
	d->rx_armed = false;
}

uint32_t
e1000_rx_burst(struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n)
{
	struct e1000 *d = port->priv;
	struct pool *pool = port->pool[queue];
	struct pkt *fresh[PKT_BURST], *p;
	uint64_t hi[PKT_BURST];
	uint32_t finished, got, most, used = 0, out = 0, i;

	if (d->rx_armed)
		e1000_rx_disarm(d);
	if (nic_ring_space(&d->rx) > 0)
		e1000_rx_fill(d, pool);
	finished = e1000_rx_finished(d, hi, n < PKT_BURST ? n : PKT_BURST);
	if (finished == 0)
		return 0;
	dma_rmb();
	most = atomic_load_explicit(&d->frame_max, memory_order_relaxed);
	got = pool_get_burst(pool, fresh, finished);
	for (i = 0; i < finished; i++) {
		p = nic_ring_pop(&d->rx);
		if (!e1000_rx_plain(d, hi[i], most)) {
			p = e1000_rx_odd(d, pool, p, hi[i], most);
			if (p == NULL)
				continue;
		} else if (used < got) {
			p->len = (uint16_t)RXD_LENGTH(hi[i]);
			e1000_rx_give(d, fresh[used++]);
		} else {
			d->rx_no_buffer++;
			e1000_rx_give(d, p);
			continue;
		}
		p->port = port->index;
		pkts[out++] = p;
	}
	if (used < got)
		pool_put_burst(pool, &fresh[used], got - used);
	nic_ring_publish(&d->rx);
	return out;
}

uint32_t
e1000_tx_burst(
    struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n)
{
	static const struct nic_tx_format format = {
		.length = TXD_LENGTH(1),
		.always = TXD_EOP | TXD_IFCS,
		.report = TXD_RS,
		.done = TXD_DD,
	};
	struct e1000 *d = port->priv;

	return nic_ring_send(&d->tx, &format, port->pool[queue], pkts, n);
}

/*
 * A message is sent when an unmasked cause appears, and no other while one is
 * left. So all causes are cleared first, which needs them masked; 82574L
 * 10.2.4.1. The read also brings in the descriptors that they were set for, so
 * that a packet is seen in the ring or has its cause set after it.
 *
 * Only a write of all causes ends a throttle (INT_TIMERS_CLEAR_ENA). What the
 * others may send before they are masked again wakes a core for nothing.
 */
void
e1000_rx_arm(struct port *port, uint32_t queue)
{
	struct e1000 *d = port->priv;

	(void)queue;
	reg_write(d, IMC, IMC_ALL);
	(void)reg_read(d, ICR);
	dma_rmb();
	if (nic_ring_used(&d->rx) > 0 &&
	    (nic_ring_peek(&d->rx, 0)->hi & RXD_DD))
		reg_write(d, ICS, ICS_RXT0);
	reg_write(d, IMS, IMS_ALL);
	reg_write(d, IMC, IMC_ALL & ~IMC_RXT0);
	d->rx_armed = true;
}
