/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ixgbe: the fast path. Advanced descriptors, polled in memory; the only
 * registers touched are the tails, at most once a burst. 82599 datasheet 7.1.5
 * to 7.1.9, 7.2.3.
 *
 * The receive ring is refilled in groups from the pool of its queue. A pool
 * that is empty leaves the ring shorter, and each later burst tries again, so
 * that the ring recovers as soon as buffers come back; what the NIC drops
 * meanwhile it counts (QPRDC).
 */
#include <stddef.h>

#include "drivers/ixgbe_dev.h"

enum { RX_REFILL = 32 }; /* free slots that are worth a tail write */

/* Fills free slots as far as the pool allows. */
static void
ixgbe_refill(struct nic_ring *rx, struct pool *pool)
{
	struct pkt *fresh[RX_REFILL];
	uint32_t n, i;

	/* Not more than there is: it would count as a fault of the pool. */
	while ((n = nic_ring_space(rx)) > 0 && pool->count > 0) {
		if (n > RX_REFILL)
			n = RX_REFILL;
		if (n > pool->count)
			n = pool->count;
		n = pool_get_burst(pool, fresh, n);
		for (i = 0; i < n; i++)
			nic_ring_push(
			    rx, fresh[i], dma_addr(pkt_data(fresh[i])), 0);
	}
}

/*
 * Copies the upper halves of finished descriptors, oldest first, and fetches
 * the headers that the caller will want.
 */
static uint32_t
ixgbe_rx_finished(const struct nic_ring *rx, uint64_t *hi, uint32_t n)
{
	uint32_t used = nic_ring_used(rx), i;
	struct pkt *p;

	for (i = 0; i < n && i < used; i++) {
		hi[i] = nic_ring_peek(rx, i)->hi;
		if ((hi[i] & RXD_DD) == 0)
			break;
		p = rx->pkt[(rx->cons + i) & rx->mask];
		__builtin_prefetch(p, 1);
		__builtin_prefetch((uint8_t *)p + PKT_META + PKT_HEADROOM);
	}
	return i;
}

/*
 * A whole, sound frame in one buffer? If not, counts why. The checksum flags
 * have no say: by the errata they may be wrong for good frames.
 */
static bool
ixgbe_rx_good(struct ixgbe_queue *q, uint64_t hi)
{
	bool skip = q->rx_skip;

	q->rx_skip = (hi & RXD_EOP) == 0;
	if (skip)
		return false;
	if (q->rx_skip) {
		q->rx_long++;
		return false;
	}
	if (hi & RXD_RXE) {
		q->rx_errors++;
		return false;
	}
	return true;
}

/*
 * The NIC's hash picks the queue, and no more: with the key that both
 * directions of a flow share, it is the sum of all 16-bit words. Addresses and
 * ports that count upwards together hit few of its values, and flow labels it
 * does not know. A packet's flow hash is made where one is needed.
 */
uint32_t
ixgbe_rx_burst(struct port *port, uint32_t queue, struct pkt **pkts, uint32_t n)
{
	struct ixgbe *d = port->priv;
	struct ixgbe_queue *q = &d->queue[queue];
	uint64_t hi[PKT_BURST];
	uint32_t finished, out = 0, i;
	struct pkt *p;

	finished = ixgbe_rx_finished(&q->rx, hi, n < PKT_BURST ? n : PKT_BURST);
	if (finished > 0)
		dma_rmb();
	for (i = 0; i < finished; i++) {
		p = nic_ring_pop(&q->rx);
		if (!ixgbe_rx_good(q, hi[i])) {
			nic_ring_push(&q->rx, p, dma_addr(pkt_data(p)), 0);
			continue;
		}
		p->len = (uint16_t)RXD_LENGTH(hi[i]);
		p->port = port->index;
		pkts[out++] = p;
	}
	if (nic_ring_space(&q->rx) >= RX_REFILL)
		ixgbe_refill(&q->rx, port->pool[queue]);
	nic_ring_publish(&q->rx);
	return out;
}

uint32_t
ixgbe_tx_burst(
    struct port *port, uint32_t queue, struct pkt *const *pkts, uint32_t n)
{
	static const struct nic_tx_format format = {
		.length = TXD_LENGTH(1) | TXD_PAYLEN(1),
		.always = TXD_DATA | TXD_ADVANCED | TXD_EOP | TXD_IFCS,
		.report = TXD_RS,
		.done = TXD_DD,
	};
	struct ixgbe *d = port->priv;

	return nic_ring_send(
	    &d->queue[queue].tx, &format, port->pool[queue], pkts, n);
}

void
ixgbe_drain(struct port *port, uint32_t queue)
{
	struct ixgbe *d = port->priv;
	struct ixgbe_queue *q = &d->queue[queue];

	nic_ring_drain(&q->rx, port->pool[queue]);
	nic_ring_drain(&q->tx, port->pool[queue]);
}

/*
 * The cause of a packet stays set while it is masked, so one that comes
 * between the last poll and the unmasking is not lost; nor is one of long ago,
 * which makes at most one message too many. The first write is for a packet
 * whose cause a message has cleared already.
 */
void
ixgbe_rx_arm(struct port *port, uint32_t queue)
{
	struct ixgbe *d = port->priv;
	const struct nic_ring *rx = &d->queue[queue].rx;

	if (nic_ring_used(rx) > 0 && (nic_ring_peek(rx, 0)->hi & RXD_DD))
		reg_write(d, EICS, 1u << queue);
	reg_write(d, EIMS, 1u << queue);
}
