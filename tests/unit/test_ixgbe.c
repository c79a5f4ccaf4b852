/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic_ring.c drivers/ixgbe.c drivers/ixgbe_hw.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_i2c.c drivers/ixgbe_init.c
 *     drivers/ixgbe_link.c
 *     drivers/ixgbe_ring.c drivers/ixgbe_sfp.c drivers/ixgbe_stats.c
 *     kernel/mmio.c kernel/msi.c net/pool.c tests/unit/host_machine.c
 */
/*
 * What of the 82599's driver needs no device: ids, formats, tables, and what a
 * module's memory says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/ixgbe.h"
#include "drivers/ixgbe_dev.h"
#include "kernel/mmio.h"
#include "net/pool.h"
#include "tests/unit/host_machine.h"

enum { QUEUE = 3, SLOTS = 64, POOL = 100, ROOM = 2048 };

/* No device: what is read is 0, and writes are counted and kept. */
static uint32_t mmio_reads, mmio_writes, before_offset, last_offset, last_value;

uint32_t
mmio_read32(const volatile void *base, uint32_t offset)
{
	mmio_reads++;
	return 0;
}

void
mmio_write32(volatile void *base, uint32_t offset, uint32_t value)
{
	mmio_writes++;
	before_offset = last_offset;
	last_offset = offset;
	last_value = value;
}

/* A queue pair that runs, without probe or start. */
static struct ixgbe dev;
static struct port port;
static struct pool pool;
static struct pkt *pool_slots[POOL];
static _Alignas(POOL_BLOCK) uint8_t buffers[4 * POOL_BLOCK];

static struct ixgbe_queue *
queue_up(void)
{
	struct ixgbe_queue *q = &dev.queue[QUEUE];
	struct pci_device pci;

	host_reset(&pci, 0x8086, 0x10fb);
	memset(&dev, 0, sizeof(dev));
	memset(&port, 0, sizeof(port));
	assert_true(pool_region_size(POOL, ROOM) <= sizeof(buffers));
	pool_init(&pool, pool_slots, buffers, POOL, ROOM);
	assert_int_equal(nic_ring_alloc(&q->rx, SLOTS), 0);
	assert_int_equal(nic_ring_alloc(&q->tx, SLOTS), 0);
	nic_ring_program(&q->rx, &dev, RX_RING(QUEUE));
	nic_ring_program(&q->tx, &dev, TX_RING(QUEUE));
	port.priv = &dev;
	port.pool[QUEUE] = &pool;
	port.index = 5;
	port.buffer_room = ROOM;
	port.state = PORT_STARTED;
	mmio_reads = mmio_writes = 0;
	return q;
}

/* The NIC finishes the descriptor that is `ahead` of the oldest. */
static void
receive(struct ixgbe_queue *q, uint32_t ahead, uint32_t len, uint64_t status,
    uint64_t lo)
{
	volatile struct nic_desc *desc = nic_ring_peek(&q->rx, ahead);

	desc->lo = lo;
	desc->hi = status | RXD_DD | (uint64_t)len << 32;
}

static void
ids_are_unique_and_named(void **state)
{
	const struct nic_id *a, *b;
	uint32_t n = 0, tested = 0;

	for (a = ixgbe_driver.ids; a->model != NULL; a++, n++) {
		assert_int_equal(a->vendor, 0x8086);
		assert_true(strlen(a->model) < sizeof(port.model));
		tested += (a->flags & IXGBE_UNTESTED) == 0;
		for (b = a + 1; b->model != NULL; b++)
			assert_int_not_equal(a->device, b->device);
	}
	assert_int_equal(n, 37);
	assert_int_equal(tested, 1);
}

static void
the_table_spreads_over_all_queues(void **state)
{
	uint32_t queues, n, i, hits[16];

	for (queues = 1; queues <= 16; queues++) {
		memset(hits, 0, sizeof(hits));
		for (n = 0; n < RETA_ENTRIES / 4; n++) {
			for (i = 0; i < 4; i++)
				hits[ixgbe_reta_word(n, queues) >> 8 * i &
				     0xff]++;
		}
		for (i = 0; i < queues; i++) {
			assert_true(hits[i] >= RETA_ENTRIES / queues);
			assert_true(hits[i] <= RETA_ENTRIES / queues + 1);
		}
	}
	assert_int_equal(ixgbe_reta_word(0, 16), 0x03020100);
	assert_int_equal(ixgbe_reta_word(1, 3), 0x01000201);
}

/* Toeplitz, bit by bit. */
static uint32_t
toeplitz(const uint8_t *key, const uint8_t *in, uint32_t n)
{
	uint32_t hash = 0, window, i, k;

	for (i = 0; i < 8 * n; i++) {
		if ((in[i / 8] & 0x80 >> i % 8) == 0)
			continue;
		window = 0;
		for (k = i; k < i + 32; k++)
			window = window << 1 | (key[k / 8] >> (7 - k % 8) & 1);
		hash ^= window;
	}
	return hash;
}

static void
the_key_hashes_both_directions_alike(void **state)
{
	static const uint8_t there[12] = { 192, 0, 2, 1, 198, 51, 100, 7, 0x12,
		0x34, 0, 80 };
	static const uint8_t back[12] = { 198, 51, 100, 7, 192, 0, 2, 1, 0, 80,
		0x12, 0x34 };
	uint8_t key[4 * RSSRK_WORDS];
	uint32_t word = ixgbe_rss_key_word(), i;

	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(word >> 8 * (i % 4));
	assert_int_equal(key[0], 0x6d);
	assert_int_equal(key[1], 0x5a);
	assert_int_equal(toeplitz(key, there, 12), toeplitz(key, back, 12));
	assert_int_not_equal(toeplitz(key, there, 12), toeplitz(key, there, 8));
}

/* The highest 12 bits of the address. */
static void
groups_hash_by_their_last_bytes(void **state)
{
	static const uint8_t all_nodes[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t solicited[ETH_ALEN] = { 0x33, 0x33, 0xff, 0x12,
		0x34, 0xab };
	static const uint8_t broadcast[ETH_ALEN] = { 255, 255, 255, 255, 255,
		255 };

	assert_int_equal(nic_mta_bit(all_nodes), 0x010);
	assert_int_equal(nic_mta_bit(solicited), 0xab3);
	assert_int_equal(nic_mta_bit(broadcast), 0xfff);
}

static void
the_first_burst_fills_the_ring(void **state)
{
	struct ixgbe_queue *q = queue_up();
	struct pkt *out[PKT_BURST];

	assert_int_equal(ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST), 0);
	assert_int_equal(nic_ring_used(&q->rx), SLOTS - 1);
	assert_int_equal(pool.count, POOL - (SLOTS - 1));
	assert_int_equal(mmio_writes, 1);
	assert_int_equal(last_offset, 0x1018 + 0x40 * QUEUE);
	assert_int_equal(last_value, SLOTS - 1);
	assert_int_equal(ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST), 0);
	assert_int_equal(mmio_writes, 1);
	assert_int_equal(mmio_reads, 0);
	ixgbe_drain(&port, QUEUE);
	assert_int_equal(pool.count, POOL);
}

static void
a_received_packet_has_length_and_port(void **state)
{
	struct ixgbe_queue *q = queue_up();
	struct pkt *out[PKT_BURST];

	ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST);
	/* IPv4 TCP with a hash, which is not the flow's; no IP; checksum
	 * errors, which do not count. */
	receive(q, 0, 60, RXD_EOP, 0x1234567800000001);
	receive(q, 1, 2048, RXD_EOP, 0x1234567800000000);
	receive(q, 2, 61, RXD_EOP | 3ull << 30, 0);
	assert_int_equal(ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST), 3);
	assert_int_equal(out[0]->len, 60);
	assert_int_equal(out[0]->hash, 0);
	assert_int_equal(out[0]->port, 5);
	assert_int_equal(out[1]->len, 2048);
	assert_int_equal(out[1]->hash, 0);
	assert_int_equal(out[2]->len, 61);
	assert_int_equal(mmio_reads, 0);
}

static void
bad_and_long_frames_are_counted_and_their_buffers_kept(void **state)
{
	struct ixgbe_queue *q = queue_up();
	struct pkt *out[PKT_BURST];

	ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST);
	receive(q, 0, 100, RXD_EOP | RXD_RXE, 0);
	receive(q, 1, 2048, 0, 0);
	receive(q, 2, 2048, 0, 0);
	assert_int_equal(ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST), 0);
	receive(q, 0, 5, RXD_EOP, 0);
	receive(q, 1, 70, RXD_EOP, 0);
	assert_int_equal(ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST), 1);
	assert_int_equal(out[0]->len, 70);
	assert_int_equal(q->rx_errors, 1);
	assert_int_equal(q->rx_long, 1);
	assert_int_equal(nic_ring_used(&q->rx), SLOTS - 2);
}

static void
an_empty_pool_shortens_the_ring_until_it_has_buffers(void **state)
{
	struct ixgbe_queue *q = queue_up();
	struct pkt *out[PKT_BURST], *held[POOL];
	uint32_t n = 0, i, got;

	ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST);
	while ((held[n] = pool_get(&pool)) != NULL)
		n++;
	pool.empty = 0;
	while (nic_ring_used(&q->rx) > 0) {
		receive(q, 0, 60, RXD_EOP, 0);
		got = ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST);
		assert_int_equal(got, 1);
		held[n++] = out[0];
	}
	assert_int_equal(n, POOL);
	assert_int_equal(ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST), 0);
	assert_int_equal(pool.empty, 0);
	for (i = 0; i < n; i++)
		pool_put(&pool, held[i]);
	assert_int_equal(ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST), 0);
	assert_int_equal(nic_ring_used(&q->rx), SLOTS - 1);
}

static void
a_burst_is_sent_with_one_report(void **state)
{
	struct ixgbe_queue *q = queue_up();
	struct pkt *out[3];
	volatile struct nic_desc *desc = q->tx.desc;
	uint32_t i;

	for (i = 0; i < 3; i++) {
		out[i] = pool_get(&pool);
		out[i]->len = (uint16_t)(60 + i);
	}
	assert_int_equal(ixgbe_tx_burst(&port, QUEUE, out, 3), 3);
	assert_int_equal(mmio_writes, 1);
	assert_int_equal(last_offset, 0x6018 + 0x40 * QUEUE);
	assert_int_equal(last_value, 3);
	/* Length, data, EOP, IFCS, DEXT; payload length from bit 46. */
	assert_int_equal(desc[0].lo, dma_addr(pkt_data(out[0])));
	assert_int_equal(desc[0].hi, 0x000f00002330003c);
	assert_int_equal(desc[1].hi, 0x000f40002330003d);
	assert_int_equal(desc[2].hi, 0x000f80002b30003e);
	assert_int_equal(ixgbe_tx_burst(&port, QUEUE, NULL, 0), 0);
	assert_int_equal(pool.count, POOL - 3);
	desc[2].hi = 1ull << 32;
	assert_int_equal(ixgbe_tx_burst(&port, QUEUE, NULL, 0), 0);
	assert_int_equal(pool.count, POOL);
	assert_int_equal(mmio_reads, 0);
}

/* 8.2.3.5.2 EICS, 8.2.3.5.3 EIMS */
static void
arming_tells_of_a_packet_that_is_there(void **state)
{
	struct ixgbe_queue *q = queue_up();
	struct pkt *out[PKT_BURST];

	ixgbe_rx_arm(&port, QUEUE);
	assert_int_equal(mmio_writes, 1);
	ixgbe_rx_burst(&port, QUEUE, out, PKT_BURST);
	mmio_writes = 0;
	ixgbe_rx_arm(&port, QUEUE);
	assert_int_equal(mmio_writes, 1);
	assert_int_equal(last_offset, 0x880);
	assert_int_equal(last_value, 1 << QUEUE);
	receive(q, 0, 60, RXD_EOP, 0);
	ixgbe_rx_arm(&port, QUEUE);
	assert_int_equal(mmio_writes, 3);
	assert_int_equal(before_offset, 0x808);
	assert_int_equal(last_offset, 0x880);
	assert_int_equal(mmio_reads, 0);
}

/* SFF-8472: a short-range SFP+ with diagnostics. */
static void
make_module(struct ixgbe_sfp *s)
{
	uint32_t i;

	memset(s, 0, sizeof(*s));
	s->identity[0] = 3;
	s->identity[3] = 0x10;
	s->identity[6] = 0x01;
	s->identity[12] = 103;
	memcpy(&s->identity[20], "ACME OPTICS     ", 16);
	memcpy(&s->identity[40],
	    "SR10-\x01\xff"
	    "85        ",
	    16);
	s->identity[92] = 0x68;
	for (i = 0; i < 63; i++)
		s->identity[63] = (uint8_t)(s->identity[63] + s->identity[i]);
	for (i = 64; i < 95; i++)
		s->identity[95] = (uint8_t)(s->identity[95] + s->identity[i]);
}

static void
a_module_is_read(void **state)
{
	struct ixgbe_sfp s;
	struct sfp_values v;
	char text[17];

	make_module(&s);
	assert_true(sfp_valid(&s));
	sfp_vendor(&s, text);
	assert_string_equal(text, "ACME OPTICS");
	sfp_part(&s, text);
	assert_string_equal(text, "SR10-\?\?85");
	assert_true(sfp_has_values(&s));
	assert_false(sfp_only_1g(&s));
	memcpy(s.values, "\xff\x80\x80\xe8\x0b\xb8\x16\x2e\x13\x88", 10);
	sfp_read_values(&s, &v);
	assert_int_equal(v.temperature, -5);
	assert_int_equal(v.millivolts, 3300);
	assert_int_equal(v.bias, 3000);
	assert_int_equal(v.tx_power, 5678);
	assert_int_equal(v.rx_power, 5000);
}

static void
a_module_with_a_wrong_byte_is_not_valid(void **state)
{
	struct ixgbe_sfp s;
	uint32_t i;

	for (i = 0; i < SFP_IDENTITY_SIZE; i++) {
		make_module(&s);
		s.identity[i] ^= 0x10;
		assert_false(sfp_valid(&s));
	}
}

static void
a_module_may_be_for_1g_only(void **state)
{
	struct ixgbe_sfp s;

	make_module(&s);
	s.identity[3] = 0;
	s.identity[12] = 13;
	assert_true(sfp_only_1g(&s));
	assert_false(sfp_passive(&s));
	s.identity[8] = 4; /* a copper cable */
	assert_true(sfp_passive(&s));
	assert_false(sfp_only_1g(&s));
}

/* The part that is read first is all that the kind depends on. */
static void
a_modules_kind_depends_on_few_bytes(void **state)
{
	static const uint8_t at[] = { 3, 6, 8, 12 };
	static const struct {
		uint8_t value[sizeof(at)];
		enum sfp_kind kind;
		bool two_rates;
	} modules[] = {
		{ { 0x10, 0x00, 0, 103 }, SFP_LIMITING, false },
		{ { 0x10, 0x01, 0, 103 }, SFP_LIMITING, true },
		{ { 0x20, 0x02, 0, 103 }, SFP_LIMITING, true },
		{ { 0x00, 0x00, 4, 103 }, SFP_PASSIVE, false },
		{ { 0x00, 0x00, 8, 103 }, SFP_LIMITING, false },
		{ { 0x00, 0x01, 0, 13 }, SFP_ONLY_1G, false },
		{ { 0x00, 0x08, 0, 12 }, SFP_ONLY_1G, false },
	};
	struct ixgbe_sfp s;
	uint32_t i, k;

	for (i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		memset(&s, 0, sizeof(s));
		for (k = 0; k < sizeof(at); k++) {
			assert_in_range(at[k], SFP_KIND_AT,
			    SFP_KIND_AT + SFP_KIND_SIZE - 1);
			s.identity[at[k]] = modules[i].value[k];
		}
		assert_int_equal(sfp_kind(&s), modules[i].kind);
		assert_int_equal(sfp_two_rates(&s), modules[i].two_rates);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_unique_and_named),
		cmocka_unit_test(the_table_spreads_over_all_queues),
		cmocka_unit_test(the_key_hashes_both_directions_alike),
		cmocka_unit_test(groups_hash_by_their_last_bytes),
		cmocka_unit_test(the_first_burst_fills_the_ring),
		cmocka_unit_test(a_received_packet_has_length_and_port),
		cmocka_unit_test(
		    bad_and_long_frames_are_counted_and_their_buffers_kept),
		cmocka_unit_test(
		    an_empty_pool_shortens_the_ring_until_it_has_buffers),
		cmocka_unit_test(a_burst_is_sent_with_one_report),
		cmocka_unit_test(arming_tells_of_a_packet_that_is_there),
		cmocka_unit_test(a_module_is_read),
		cmocka_unit_test(a_module_with_a_wrong_byte_is_not_valid),
		cmocka_unit_test(a_module_may_be_for_1g_only),
		cmocka_unit_test(a_modules_kind_depends_on_few_bytes),
	};

	return cmocka_run_group_tests_name("ixgbe", tests, NULL, NULL);
}
