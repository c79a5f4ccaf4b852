/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ixgbe: what the NIC counts. 82599 datasheet 4.6.5, 8.2.3.23. Its counters
 * stop at their largest value and are cleared by reading, so they are read
 * often enough into sums of 64 bits: the octets of a queue have 36 bits, which
 * last for 55 s at line rate.
 */
#include <stddef.h>
#include <string.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/time.h"

/*
 * Which sum each counter belongs to. Octets of error (ILLERRC, ERRBC) are left
 * out, because they are no frames and run without link, and MSPDC, because it
 * counts again what RUC and RFC do.
 */
#define SUM(field) offsetof(struct port_hw_stats, field)
static const struct {
	uint16_t reg;
	uint16_t sum;
} ixgbe_stats[] = {
	{ RXMPC(0), SUM(rx_missed) },
	{ RXMPC(1), SUM(rx_missed) },
	{ RXMPC(2), SUM(rx_missed) },
	{ RXMPC(3), SUM(rx_missed) },
	{ RXMPC(4), SUM(rx_missed) },
	{ RXMPC(5), SUM(rx_missed) },
	{ RXMPC(6), SUM(rx_missed) },
	{ RXMPC(7), SUM(rx_missed) },
	{ CRCERRS, SUM(rx_crc_errors) },
	{ RLEC, SUM(rx_length_errors) },
	{ RUC, SUM(rx_length_errors) },
	{ RFC, SUM(rx_length_errors) },
	{ ROC, SUM(rx_length_errors) },
	{ RJC, SUM(rx_length_errors) },
};
#undef SUM

enum { STATS_COUNT = sizeof(ixgbe_stats) / sizeof(ixgbe_stats[0]) };

/* The low half first: reading the high one clears both. */
static uint64_t
ixgbe_read64(struct ixgbe *d, uint32_t low, uint32_t high)
{
	uint64_t v = reg_read(d, low);

	return v | (uint64_t)reg_read(d, high) << 32;
}

static void
ixgbe_collect_queue(struct ixgbe *d, uint32_t q)
{
	struct port_queue_stats *s = &d->queue_stats[q];

	s->rx_packets += reg_read(d, QPRC(q));
	s->rx_octets += ixgbe_read64(d, QBRC_L(q), QBRC_H(q));
	s->rx_drops += reg_read(d, QPRDC(q));
	s->tx_packets += reg_read(d, QPTC(q));
	s->tx_octets += ixgbe_read64(d, QBTC_L(q), QBTC_H(q));
}

void
ixgbe_collect_stats(struct ixgbe *d)
{
	uint64_t *sum;
	uint32_t i;

	for (i = 0; i < STATS_COUNT; i++) {
		sum = (uint64_t *)((char *)&d->stats + ixgbe_stats[i].sum);
		*sum += reg_read(d, ixgbe_stats[i].reg);
	}
	for (i = 0; i < d->queues; i++)
		ixgbe_collect_queue(d, i);
	d->stats_us = time_us();
}

/* Register n / 4 says in byte n % 4 which of 16 sets counts queue n. */
static void
ixgbe_map_queues(struct ixgbe *d)
{
	uint32_t n, i, map, set;

	for (n = 0; n < RQSMR_COUNT; n++) {
		map = 0;
		for (i = 0; i < 4; i++) {
			set = 4 * n + i;
			if (set < PORT_QUEUE_MAX)
				map |= set << 8 * i;
		}
		reg_write(d, RQSMR(n), map);
		reg_write(d, TQSM(n), map);
	}
}

/*
 * 4.6.5: queue n counts in set n. What was counted before start is no packet
 * of ours; the sums of earlier starts stay.
 */
void
ixgbe_init_stats(struct ixgbe *d)
{
	struct port_queue_stats queue_stats[PORT_QUEUE_MAX];
	struct port_hw_stats stats = d->stats;

	memcpy(queue_stats, d->queue_stats, sizeof(queue_stats));
	ixgbe_map_queues(d);
	ixgbe_collect_stats(d);
	d->stats = stats;
	memcpy(d->queue_stats, queue_stats, sizeof(queue_stats));
}

void
ixgbe_hw_stats(struct port *port, struct port_hw_stats *out)
{
	struct ixgbe *d = port->priv;
	uint32_t q;

	if (port_running(port))
		ixgbe_collect_stats(d);
	*out = d->stats;
	for (q = 0; q < d->queues; q++) {
		out->rx_no_buffer += d->queue_stats[q].rx_drops;
		out->rx_length_errors += d->queue[q].rx_long;
		out->rx_errors += d->queue[q].rx_errors;
	}
}

/* The poller moves its index on meanwhile: a figure to look at. */
void
ixgbe_queue_stats(
    struct port *port, uint32_t queue, struct port_queue_stats *out)
{
	struct ixgbe *d = port->priv;
	const struct ixgbe_queue *q = &d->queue[queue];
	uint32_t rx = RX_RING(queue), tx = TX_RING(queue);

	if (port_running(port) && queue < d->queues)
		ixgbe_collect_queue(d, queue);
	*out = d->queue_stats[queue];
	if (!port_running(port) || queue >= d->queues)
		return;
	out->rx_used = (reg_read(d, rx + NIC_RING_HEAD) -
			   *(const volatile uint32_t *)&q->rx.cons) &
	               q->rx.mask;
	out->tx_used = (reg_read(d, tx + NIC_RING_TAIL) -
			   reg_read(d, tx + NIC_RING_HEAD)) &
	               q->tx.mask;
}
