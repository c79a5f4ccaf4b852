/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic_ring.c drivers/ixgbe.c drivers/ixgbe_hw.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_i2c.c drivers/ixgbe_init.c
 *     drivers/ixgbe_link.c drivers/ixgbe_ring.c drivers/ixgbe_sfp.c
 *     drivers/ixgbe_stats.c kernel/mmio.c kernel/msi.c net/pool.c
 *     tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c tests/unit/ixgbe_lab.c
 * libs: i82599
 */
/*
 * The 82599's driver on the model: rings, sizes, queues, filters.
 */
#include "drivers/ixgbe_dev.h"
#include "tests/unit/ixgbe_lab.h"

enum {
	SLOTS = 64,
	LEN = 100,
	MANY = 5000,
	QUEUES = 8,
	SETTLE_NS = 1000000,
	FCS = 4,
};

static void
an_empty_ring_gives_nothing(void **state)
{
	uint32_t i;

	lab_up(&(struct lab_config){ .queues = 1 });
	lab_catch(0);
	for (i = 0; i < 10; i++) {
		assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
		lab_reclaim(0, 0);
		inprocess_pass(SETTLE_NS);
	}
	assert_int_equal(lab.sent_count, 0);
	assert_int_equal(lab_out(0), SLOTS - 1);
}

/* The ring takes all its slots but one; what is on the wire waits. */
static void
a_full_ring_loses_nothing(void **state)
{
	struct port_queue_stats stats;
	uint32_t n, got = 0, burst;

	lab_up(&(struct lab_config){ .queues = 1 });
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
	for (n = 0; n < 3 * SLOTS; n++)
		lab_receive(0, n, LEN);
	inprocess_pass(SETTLE_NS);
	assert_true(inprocess_waiting(lab.nic[0]) > 0);
	lab.port[0].ops->queue_stats(&lab.port[0], 0, &stats);
	assert_in_range(stats.rx_used, SLOTS - 4, SLOTS - 1);
	while ((burst = lab_poll(0, 0, got, PKT_BURST)) > 0) {
		got += burst;
		inprocess_pass(LAB_TURN_NS);
	}
	assert_int_equal(got, 3 * SLOTS);
	assert_int_equal(inprocess_waiting(lab.nic[0]), 0);
}

/* A wire does not wait: what finds no descriptor is lost, and counted. */
static void
an_overrun_is_counted(void **state)
{
	struct port_hw_stats hw;
	struct port_queue_stats stats;
	struct port *port = &lab.port[0];
	uint32_t n;

	lab_up(&(struct lab_config){ .queues = 1 });
	lab.nic[0]->lossy = true;
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
	for (n = 0; n < 200; n++)
		lab_receive(0, n, LEN);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), PKT_BURST);
	assert_int_equal(lab_poll(0, 0, PKT_BURST, PKT_BURST), SLOTS - 1 - 32);
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
	port->ops->hw_stats(port, &hw);
	port->ops->queue_stats(port, 0, &stats);
	assert_int_equal(hw.rx_no_buffer, 200 - (SLOTS - 1));
	assert_int_equal(stats.rx_drops, 200 - (SLOTS - 1));
	assert_int_equal(stats.rx_packets, SLOTS - 1);
	assert_int_equal(stats.rx_octets, (SLOTS - 1) * LEN);
	/* And it goes on. */
	for (n = 0; n < 10; n++)
		lab_receive(0, n, LEN);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 10);
}

/* No room in the NIC itself: RXMPC. */
static void
a_full_packet_buffer_is_counted(void **state)
{
	struct port_hw_stats hw;
	struct port *port = &lab.port[0];
	uint32_t n;

	lab_up(&(struct lab_config){ .hostile = 5, .descriptors = 512 });
	lab.nic[0]->lossy = true;
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
	for (n = 0; n < 600; n++) /* 912,000 bytes at once */
		lab_receive(0, n, 1500);
	port->ops->hw_stats(port, &hw);
	assert_in_range(hw.rx_missed, 200, 300);
	port->ops->hw_stats(port, &hw); /* cleared there, kept here */
	assert_in_range(hw.rx_missed, 200, 300);
}

/* Bursts of all sizes, many times around both rings, at any index. */
static void
around(uint32_t start)
{
	struct ixgbe *d;
	struct nic_ring *ring[2];
	uint32_t sent = 0, got = 0, n, i;

	lab_up(&(struct lab_config){ .ports = 2 });
	inprocess_wire(lab.nic[0], lab.nic[1]);
	d = lab.port[0].priv;
	ring[0] = &d->queue[0].tx;
	d = lab.port[1].priv;
	ring[1] = &d->queue[0].rx;
	for (i = 0; i < 2; i++)
		ring[i]->prod = ring[i]->cons = ring[i]->published = start;
	assert_int_equal(lab_poll(1, 0, 0, PKT_BURST), 0);
	while (got < MANY) {
		n = 1 + sent % PKT_BURST;
		sent += lab_send(0, 0, sent, LEN + sent % 1000, n);
		inprocess_pass(LAB_TURN_NS);
		got += lab_poll(1, 0, got, 1 + got % PKT_BURST);
	}
}

static void
rings_wrap(void **state)
{
	around(0);
}

static void
indices_wrap(void **state)
{
	around(0u - 4 * SLOTS);
}

static void
a_full_ring_takes_no_more(void **state)
{
	uint32_t took = 0, i;

	lab_up(&(struct lab_config){ .queues = 1 });
	lab_catch(0);
	pci_disable_master(&lab.nic[0]->pci); /* it cannot fetch */
	for (i = 0; i < 4; i++)
		took += lab_send(0, 0, took, LEN, PKT_BURST);
	assert_int_equal(took, SLOTS - 1);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab_send(0, 0, took, LEN, 1), 0);
	assert_int_equal(lab.sent_count, 0);
	pci_enable_master(&lab.nic[0]->pci);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab.sent_count, SLOTS - 1);
	for (i = 0; i < took; i++)
		assert_int_equal(lab.sent[i].n, i);
	assert_int_equal(lab_send(0, 0, took, LEN, 1), 1);
	inprocess_pass(SETTLE_NS);
	lab_reclaim(0, 0);
	assert_int_equal(lab_out(0), 0);
}

/* All lengths of a frame, from one port to the other and back. */
static void
exchange(uint32_t first, uint32_t last)
{
	uint32_t len, way;

	for (way = 0; way < 2; way++)
		assert_int_equal(lab_poll(way, 0, 0, 1), 0);
	for (len = first; len <= last; len++) {
		for (way = 0; way < 2; way++) {
			assert_int_equal(lab_send(way, 0, len, len, 1), 1);
			inprocess_pass(LAB_TURN_NS);
			assert_int_equal(lab_poll(way ^ 1, 0, len, 32), 1);
		}
	}
}

static void
every_size(void **state)
{
	lab_up(&(struct lab_config){ .ports = 2 });
	inprocess_wire(lab.nic[0], lab.nic[1]);
	exchange(LAB_FRAME_MIN, 1514);
	exchange(1515, 2044); /* as far as a buffer holds it */
}

static uint32_t padded;

static void
see_padding(void *ctx, const uint8_t *frame, uint32_t len)
{
	static const uint8_t zero[LAB_FRAME_MIN];

	assert_int_equal(len, LAB_FRAME_MIN);
	assert_memory_equal(frame + 20 + padded, zero, 40 - padded);
	padded++;
}

static void
short_frames_are_padded(void **state)
{
	uint32_t len;

	lab_up(&(struct lab_config){ .queues = 1 });
	lab.nic[0]->transmitted = see_padding;
	for (padded = 0, len = 20; len < LAB_FRAME_MIN; len++) {
		assert_int_equal(lab_send(0, 0, 0, len, 1), 1);
		inprocess_pass(LAB_TURN_NS);
	}
	assert_int_equal(padded, LAB_FRAME_MIN - 20);
}

static void
jumbo_frames(void **state)
{
	struct port_hw_stats hw;
	struct port *port = &lab.port[1];
	uint32_t len;

	lab_up(&(struct lab_config){ .ports = 2, .room = PKT_ROOM_MAX });
	inprocess_wire(lab.nic[0], lab.nic[1]);
	assert_int_equal(port->max_frame, LAB_FRAME_MAX);
	exchange(LAB_FRAME_MIN, 128);
	for (len = 1000; len < LAB_FRAME_MAX; len += 97)
		exchange(len, len);
	exchange(LAB_FRAME_MAX - 80, LAB_FRAME_MAX);
	port->ops->hw_stats(port, &hw);
	assert_int_equal(hw.rx_length_errors, 0);
	lab_receive(1, 0, LAB_FRAME_MAX + 1);
	inprocess_pass(LAB_TURN_NS);
	assert_int_equal(lab_poll(1, 0, 0, PKT_BURST), 0);
	port->ops->hw_stats(port, &hw);
	assert_int_equal(hw.rx_length_errors, 1);
}

/* Larger than the buffers: dropped whole, wherever its parts lie. */
static void
long_frames_are_dropped_whole(void **state)
{
	struct port_hw_stats hw;
	uint32_t i;

	lab_up(&(struct lab_config){ .room = 1024 });
	assert_int_equal(lab_poll(0, 0, 0, 1), 0);
	for (i = 0; i < 3 * SLOTS; i++) {
		lab_receive(0, i, LEN);
		lab_receive(0, i, 1025 + i);
		lab_receive(0, i + 1, 1024);
		inprocess_pass(LAB_TURN_NS);
		/* In one burst, and in bursts that end in the frame. */
		if (i % 2 == 0) {
			assert_int_equal(lab_poll(0, 0, i, PKT_BURST), 2);
			continue;
		}
		assert_int_equal(lab_poll(0, 0, i, 1), 1);
		assert_int_equal(lab_poll(0, 0, i, 1), 0);
		assert_int_equal(lab_poll(0, 0, i, 1), 0);
		assert_int_equal(lab_poll(0, 0, i + 1, 1), 1);
	}
	lab.port[0].ops->hw_stats(&lab.port[0], &hw);
	assert_int_equal(hw.rx_length_errors, 3 * SLOTS);
	assert_int_equal(hw.rx_errors, 0);
}

/* IPv4 and UDP, of one flow. Back: with the ends swapped. */
static void
flow_frame(uint8_t *out, uint32_t flow, bool back)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 9, 9, 8,
		0, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0 };
	uint32_t a = back ? 30 : 26, b = back ? 26 : 30;

	memset(out, 0, LAB_FRAME_MIN);
	memcpy(out, head, sizeof(head));
	memcpy(out + a, (uint8_t[]){ 10, 0, (uint8_t)flow, 1 }, 4);
	memcpy(out + b, (uint8_t[]){ 10, 1, 0, (uint8_t)(flow * 7) }, 4);
	memcpy(out + (back ? 36 : 34), (uint8_t[]){ 4, (uint8_t)flow }, 2);
	memcpy(out + (back ? 34 : 36), (uint8_t[]){ 0, 53 }, 2);
}

/* Polls all queues for one packet; returns its queue. */
static uint32_t
poll_any(void)
{
	struct port *port = &lab.port[0];
	uint32_t q, at = QUEUES;
	struct pkt *p;

	for (q = 0; q < QUEUES; q++) {
		if (port->ops->rx_burst(port, q, &p, 1) == 0)
			continue;
		assert_int_equal(at, QUEUES);
		at = q;
		pool_put(port->pool[q], p);
	}
	assert_in_range(at, 0, QUEUES - 1);
	return at;
}

/* Each flow, both ways, in one queue; all queues in use. */
static void
flows_keep_to_queues(void **state)
{
	struct port_queue_stats stats;
	uint32_t flow, back, q, first = 0, hits[QUEUES] = { 0 };
	uint8_t frame[LAB_FRAME_MIN];

	lab_up(&(struct lab_config){ .queues = QUEUES });
	for (q = 0; q < QUEUES; q++)
		assert_int_equal(lab_poll(0, q, 0, 1), 0);
	for (flow = 0; flow < 250; flow++) {
		for (back = 0; back < 2; back++) {
			flow_frame(frame, flow, back);
			inprocess_receive(lab.nic[0], frame, sizeof(frame));
			inprocess_pass(LAB_TURN_NS);
			q = poll_any();
			if (back == 0)
				first = q;
			assert_int_equal(q, first);
			hits[q]++;
		}
	}
	for (q = 0; q < QUEUES; q++) {
		assert_true(hits[q] > 0);
		lab.port[0].ops->queue_stats(&lab.port[0], q, &stats);
		assert_int_equal(stats.rx_packets, hits[q]);
		assert_int_equal(stats.rx_octets, hits[q] * sizeof(frame));
	}
}

static void
every_queue_sends(void **state)
{
	struct port_queue_stats stats;
	uint32_t round, q;

	lab_up(&(struct lab_config){ .queues = PORT_QUEUE_MAX });
	lab_catch(0);
	for (round = 0; round < SLOTS; round++) {
		for (q = 0; q < PORT_QUEUE_MAX; q++)
			assert_int_equal(lab_send(0, q, q, LEN + q, 3), 3);
		inprocess_pass(LAB_TURN_NS);
	}
	for (q = 0; q < PORT_QUEUE_MAX; q++) {
		lab_reclaim(0, q);
		assert_int_equal(lab_out(q), 0);
		lab.port[0].ops->queue_stats(&lab.port[0], q, &stats);
		assert_int_equal(stats.tx_packets, 3 * SLOTS);
		assert_int_equal(stats.tx_octets, 3 * SLOTS * (LEN + q));
		assert_int_equal(stats.tx_used, 0);
	}
	assert_int_equal(lab.sent_count, 3 * SLOTS * PORT_QUEUE_MAX);
}

/* Without prefetch 64-byte frames do not reach line rate. With WTHRESH, what
 * asks for a report could wait for others. */
static void
descriptors_are_prefetched(void **state)
{
	uint32_t q, v;

	lab_up(&(struct lab_config){ .queues = QUEUES });
	for (q = 0; q < QUEUES; q++) {
		v = mmio_read32(lab.nic[0]->function.bar[0], TXDCTL(q));
		assert_in_range(v & 0x7f, 32, 40);
		assert_in_range(v >> 8 & 0x7f, 1, 32);
		assert_int_equal(v >> 16 & 0x7f, 0);
	}
}

/* Does a frame to this address come through? */
static bool
passes(const uint8_t *mac)
{
	struct port *port = &lab.port[0];
	uint8_t frame[LAB_FRAME_MIN];
	struct pkt *p;

	lab_frame(frame, 0, sizeof(frame), 0);
	memcpy(frame, mac, ETH_ALEN);
	inprocess_receive(lab.nic[0], frame, sizeof(frame));
	inprocess_pass(LAB_TURN_NS);
	if (port->ops->rx_burst(port, 0, &p, 1) == 0)
		return false;
	pool_put(port->pool[0], p);
	return true;
}

static void
only_our_groups_pass(void **state)
{
	static const uint8_t group[3][ETH_ALEN] = {
		{ 0x33, 0x33, 0, 0, 0, 1 },
		{ 0x33, 0x33, 0xff, 0x12, 0x34, 0x56 },
		{ 1, 0, 0x5e, 0, 0, 5 },
	};
	static const uint8_t ours[] = { 2, 0, 0, 0, 0, 1 },
			     other[] = { 2, 0, 0, 0, 0, 2 },
			     all[] = { 255, 255, 255, 255, 255, 255 };
	struct port *port = &lab.port[0];
	uint32_t round;

	lab_up(&(struct lab_config){ .queues = 1 });
	assert_false(passes(group[0])); /* the ring is filled here */
	for (round = 0; round < 2; round++) {
		port->ops->set_multicast(port, NULL, 0);
		assert_false(passes(group[0]));
		assert_true(passes(ours));
		assert_true(passes(all));
		assert_false(passes(other));
		port->ops->set_multicast(port, group, 2);
		assert_true(passes(group[0]));
		assert_true(passes(group[1]));
		assert_false(passes(group[2]));
		port->ops->set_multicast(port, group + 1, 2);
		assert_false(passes(group[0]));
		/* What is told a port that is down, it does when it is up. */
		lab_stop(0);
		port->ops->set_multicast(port, group + 2, 1);
		assert_int_equal(lab_start(0), 0);
		lab_wait_link(0);
		assert_false(passes(group[1])); /* fills the ring */
		assert_true(passes(group[2]));
		assert_false(passes(group[1]));
	}
}

#define TEST(t) cmocka_unit_test_teardown(t, lab_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_empty_ring_gives_nothing),
		TEST(a_full_ring_loses_nothing),
		TEST(an_overrun_is_counted),
		TEST(a_full_packet_buffer_is_counted),
		TEST(rings_wrap),
		TEST(indices_wrap),
		TEST(a_full_ring_takes_no_more),
		TEST(every_size),
		TEST(short_frames_are_padded),
		TEST(jumbo_frames),
		TEST(long_frames_are_dropped_whole),
		TEST(flows_keep_to_queues),
		TEST(every_queue_sends),
		TEST(descriptors_are_prefetched),
		TEST(only_our_groups_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
