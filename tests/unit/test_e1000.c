/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic.c drivers/nic_ring.c drivers/e1000.c
 *     drivers/e1000_hw.c drivers/e1000_phy.c drivers/e1000_ring.c
 *     kernel/mmio.c net/pool.c tests/unit/fake_e1000.c
 *     tests/unit/host_machine.c
 */
/*
 * The e1000 driver against a model of the chip: order of initialisation, both
 * paths at their limits, stop, and every failure on the way up.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/nic.h"
#include "tests/unit/fake_e1000.h"
#include "tests/unit/host_machine.h"

enum {
	BUFFERS = 1024,
	RING = 255, /* buffers in a receive ring of 256 */
	NEVER = FAKE_TRACE_MAX,
	LINE = 1 << 16,
	ASPM_AT = 0xe0 + 0x10,
};

/* Registers, by the manual. */
enum {
	CTRL = 0x0000,
	CTRL_EXT = 0x0018,
	IMC = 0x00d8,
	RCTL = 0x0100,
	TCTL = 0x0400,
	PBA = 0x1000,
	RDBAL = 0x2800,
	RDH = 0x2810,
	RDT = 0x2818,
	TDBAL = 0x3800,
	TDT = 0x3818,
	MTA = 0x5200,
	RAL0 = 0x5400,
	MPC = 0x4010,
	RNBC = 0x40a0,
	RLEC = 0x4040,
	CRCERRS = 0x4000,
	ECOL = 0x4018,
};

/* Each test runs once for each of these. */
struct part {
	uint16_t device;
	bool pcie, no_cross;
	const char *driver, *model;
};

static struct part i82540 = { 0x100e, false, false, "e1000", "82540EM" };
static struct part i82545 = { 0x100f, false, true, "e1000", "82545EM" };
static struct part i82574 = { 0x10d3, true, false, "e1000e", "82574L" };

static struct pci_device pci;
static struct port port;
static struct pool pool;
static struct pkt *slots[BUFFERS];
static void *region;
static uint32_t buffers; /* that the NIC may use */

static int
setup(void **state)
{
	const struct part *part = *state;
	uint32_t i;

	host_reset(&pci, 0x8086, part->device);
	host.config[PCI_CAPABILITIES] = 0xe0;
	host.config[0xe0] = PCI_CAP_EXPRESS;
	host.config[ASPM_AT] = 0x43;
	fake_power_on(part->pcie);
	fake.no_cross = part->no_cross;
	region = aligned_alloc(LINE, (BUFFERS * PKT_STRIDE / LINE + 1) * LINE);
	pool_init(&pool, slots, region, BUFFERS);
	buffers = BUFFERS;
	for (i = 0; part->no_cross && i < BUFFERS; i++)
		if ((i * PKT_STRIDE + 128) / LINE !=
		    (i * PKT_STRIDE + 128 + PKT_ROOM - 1) / LINE)
			buffers--;
	memset(&port, 0x5a, sizeof(port));
	return 0;
}

static int
teardown(void **state)
{
	if (fake.violations != 0)
		print_error("violation: %s\n", fake.violation);
	assert_int_equal(fake.violations, 0);
	free(region);
	host_reset(&pci, 0, 0);
	return 0;
}

static void
start(void)
{
	assert_int_equal(nic_probe(&pci, &port), 0);
	port.index = 3;
	port.pool[0] = &pool;
	assert_int_equal(port.ops->start(&port), 0);
	assert_true(port.started);
}

static void
frame_to(uint8_t *frame, const uint8_t *mac, uint32_t n)
{
	memset(frame, 0xee, 64);
	memcpy(frame, mac, 6);
	memcpy(frame + 60, &n, 4);
}

/* Receives n frames of 64 bytes, numbered from `first`. */
static uint32_t
receive(uint32_t first, uint32_t n)
{
	uint8_t frame[64];
	uint32_t i, taken = 0;

	for (i = 0; i < n; i++) {
		frame_to(frame, port.mac, first + i);
		taken += fake_receive(frame, sizeof(frame), 0, false);
	}
	return taken;
}

static uint32_t
rx(struct pkt **pkts, uint32_t n)
{
	uint32_t reads = fake.reads, got;

	got = port.ops->rx_burst(&port, 0, pkts, n);
	assert_int_equal(fake.reads, reads); /* never a register read */
	return got;
}

static uint32_t
tx(struct pkt *const *pkts, uint32_t n)
{
	uint32_t reads = fake.reads, writes = fake.writes, sent;

	sent = port.ops->tx_burst(&port, 0, pkts, n);
	assert_int_equal(fake.reads, reads);
	/* One tail write, and none without packets. */
	assert_int_equal(fake.writes - writes, sent > 0);
	return sent;
}

static void
get_packets(struct pkt **pkts, uint32_t n, uint16_t len)
{
	uint32_t i;

	assert_int_equal(pool_get_burst(&pool, pkts, n), n);
	for (i = 0; i < n; i++) {
		pkts[i]->len = len;
		memset(pkt_data(pkts[i]), 0, 64);
		memcpy(pkt_data(pkts[i]), &i, 4);
	}
}

static void
probe_fills_the_port(void **state)
{
	const struct part *part = *state;

	assert_int_equal(nic_probe(&pci, &port), 0);
	assert_string_equal(port.driver, part->driver);
	assert_string_equal(port.model, part->model);
	assert_string_equal(port.bus_address, "0000:00:02.0");
	assert_memory_equal(port.mac, fake.mac, 6);
	assert_int_equal(port.max_frame, 1518);
	assert_int_equal(port.rx_queues, 1);
	assert_int_equal(port.rx_descriptors, 256);
	assert_false(port.started);
	/* What the firmware left running is off. */
	assert_true(fake_find(0, RCTL, 2, 0) != NEVER);
}

static void
others_are_not_ours(void **state)
{
	pci.device_id = 0x1234;
	assert_int_equal(nic_probe(&pci, &port), -ENODEV);
	pci.device_id = 0x100e;
	pci.vendor_id = 0x10ec;
	assert_int_equal(nic_probe(&pci, &port), -ENODEV);
	assert_int_equal(fake.writes, 0);
	assert_int_equal(host.log_errors, 0);
}

/* SDM 14.3 to 14.5. Each step comes after the one before. */
static void
initialises_in_the_manuals_order(void **state)
{
	static const struct {
		uint32_t reg, mask, want;
	} order[] = {
		{ IMC, ~0u, ~0u },
		{ RCTL, 2, 0 },
		{ TCTL, 2, 0 },
		{ PBA, 0, 0 },
		{ CTRL, 1u << 26, 1u << 26 },
		{ IMC, ~0u, ~0u },
		{ CTRL, 1u << 6 | 1u << 11 | 1u << 12 | 1u << 26, 1u << 6 },
		{ RAL0, 0, 0 },
		{ MTA + 4 * 127, ~0u, 0 },
		{ RDBAL, 0, 0 },
		{ RDH, ~0u, 0 },
		{ RCTL, ~0u, 2 | 1u << 15 | 1u << 26 },
		{ RDT, ~0u, RING },
		{ TDBAL, 0, 0 },
		{ TCTL, 2 | 8 | 0xff0 | 0x3ff000, 2 | 8 | 0xf0 | 0x40000 },
	};
	const struct part *part = *state;
	uint32_t at = 0, i;

	start();
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = fake_find(at, order[i].reg, order[i].mask, order[i].want);
		if (at == NEVER)
			print_error("step %u is missing\n", (unsigned)i);
		assert_true(at != NEVER);
	}
	assert_int_equal(fake_writes_to(0, RDT), 2); /* 0, then all */
	if (part->pcie) {
		assert_true(fake.reg[CTRL_EXT / 4] & 1u << 28);
		assert_int_equal(host.config[ASPM_AT], 0x40);
		assert_int_equal(fake.reg[0x0f00 / 4] & 1u << 5, 0);
	}
	assert_int_equal(host.log_errors, 0);
}

static void
a_sleeping_phy_is_woken(void **state)
{
	fake.phy[0] = 1u << 11; /* powered down, no negotiation */
	fake.phy[4] = 0x0461;   /* 10 Mbit/s and PAUSE */
	fake.phy[9] = 0;
	start();
	assert_int_equal(fake.phy[0], 1u << 12 | 1u << 9);
	assert_int_equal(fake.phy[4], 0x01e1);
	assert_int_equal(fake.phy[9], 1u << 9);
}

static void
link_follows_the_cable(void **state)
{
	struct port_link link;

	start();
	port.ops->link(&port, &link);
	assert_true(link.up);
	assert_true(link.full_duplex);
	assert_int_equal(link.mbps, 1000);
	fake.cable = false;
	port.ops->link(&port, &link);
	assert_false(link.up);
	assert_int_equal(link.mbps, 0);
	fake.cable = true;
	port.ops->link(&port, &link);
	assert_true(link.up);
	port.ops->stop(&port);
	port.ops->link(&port, &link);
	assert_false(link.up);
}

static void
receives_in_order_and_refills(void **state)
{
	struct pkt *pkts[64];
	uint32_t round, n, i, number, next = 0, from;

	start();
	assert_int_equal(rx(pkts, 32), 0);
	for (round = 0; round < 40; round++) {
		n = round % 33;
		assert_int_equal(receive(next, n), n);
		from = fake.traced;
		assert_int_equal(rx(pkts, 64), n);
		/* One tail write a burst. */
		assert_int_equal(fake.traced - from, n > 0);
		assert_int_equal(fake_writes_to(from, RDT), n > 0);
		for (i = 0; i < n; i++, next++) {
			assert_int_equal(pkts[i]->len, 64);
			assert_int_equal(pkts[i]->port, 3);
			memcpy(&number, pkt_data(pkts[i]) + 60, 4);
			assert_int_equal(number, next);
		}
		pool_put_burst(&pool, pkts, n);
		assert_int_equal(pool.count, buffers - RING);
	}
}

/* The ring fills, the NIC counts what it missed, then all goes on. */
static void
a_full_ring_misses_and_recovers(void **state)
{
	struct port_hw_stats stats;
	struct pkt *pkts[32];
	uint32_t round, got;

	start();
	for (round = 0; round < 3; round++) {
		assert_int_equal(receive(0, 300), RING);
		got = 0;
		while (got < RING) {
			uint32_t n = rx(pkts, 32);

			assert_true(n > 0);
			pool_put_burst(&pool, pkts, n);
			got += n;
		}
		assert_int_equal(rx(pkts, 32), 0);
	}
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_missed, 3 * (300 - RING));
}

/* An empty pool costs frames, never ring slots. */
static void
an_empty_pool_drops_in_place(void **state)
{
	struct port_hw_stats stats;
	struct pkt *hoard[BUFFERS], *pkts[32];
	uint32_t n, i;

	start();
	n = pool_get_burst(&pool, hoard, BUFFERS);
	assert_int_equal(n, buffers - RING);
	for (i = 0; i < 1000; i++) {
		assert_int_equal(receive(i, 1), 1);
		assert_int_equal(rx(pkts, 32), 0);
	}
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_no_buffer, 1000);
	/* Half a burst of buffers: half a burst of frames. */
	pool_put_burst(&pool, hoard, 16);
	assert_int_equal(receive(0, 32), 32);
	assert_int_equal(rx(pkts, 32), 16);
	pool_put_burst(&pool, pkts, 16);
	pool_put_burst(&pool, hoard + 16, n - 16);
	assert_int_equal(receive(0, 300), RING);
	assert_int_equal(rx(pkts, 32), 32);
	pool_put_burst(&pool, pkts, 32);
}

static void
bad_frames_are_dropped_and_counted(void **state)
{
	static const uint8_t errors[] = { 1, 2, 4, 16, 128 };
	struct port_hw_stats stats;
	uint8_t frame[6000];
	struct pkt *pkts[32];
	uint32_t i;

	start();
	memset(frame, 0, sizeof(frame));
	memcpy(frame, port.mac, 6);
	for (i = 0; i < sizeof(errors); i++)
		assert_true(fake_receive(frame, 64, errors[i], false));
	assert_true(fake_receive(frame, 5000, 0, true)); /* three buffers */
	assert_true(fake_receive(frame, 2049, 0, true)); /* two */
	assert_true(fake_receive(frame, 2048, 0, true)); /* fits */
	assert_false(fake_receive(frame, 1519, 0, false));
	assert_true(fake_receive(frame, 1518, 0, false));
	/* A checksum that the NIC dislikes is for software to judge. */
	assert_true(fake_receive(frame, 64, 0x60, false));
	assert_int_equal(rx(pkts, 32), 3);
	assert_int_equal(pkts[0]->len, 2048);
	assert_int_equal(pkts[1]->len, 1518);
	assert_int_equal(pkts[2]->len, 64);
	pool_put_burst(&pool, pkts, 3);
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_errors, 5);
	assert_int_equal(stats.rx_length_errors, 2 + 1);
	assert_int_equal(pool.count, buffers - RING);
}

static void
filters_by_address(void **state)
{
	static const uint8_t groups[][ETH_ALEN] = {
		{ 0x33, 0x33, 0, 0, 0, 1 },
		{ 0x33, 0x33, 0xff, 0xab, 0xcd, 0xef },
		{ 0x01, 0x00, 0x5e, 0, 0, 1 },
		{ 0x01, 0x80, 0xc2, 0, 0x5f, 0xff },
	};
	static const uint8_t other[] = { 0x52, 0x54, 0, 1, 2, 3 };
	static const uint8_t all[] = { 255, 255, 255, 255, 255, 255 };
	uint8_t f[64];
	uint32_t i;

	/* Before start: taken over by it. */
	assert_int_equal(nic_probe(&pci, &port), 0);
	assert_int_equal(port.ops->set_multicast(&port, groups, 2), 0);
	port.pool[0] = &pool;
	assert_int_equal(port.ops->start(&port), 0);
	for (i = 0; i < 4; i++) {
		frame_to(f, groups[i], 0);
		assert_int_equal(fake_receive(f, 64, 0, false), i != 3);
		if (i == 1) /* exactly these, from now on */
			port.ops->set_multicast(&port, groups + 2, 1);
	}
	frame_to(f, groups[1], 0);
	assert_false(fake_receive(f, 64, 0, false));
	frame_to(f, other, 0);
	assert_false(fake_receive(f, 64, 0, false));
	frame_to(f, all, 0);
	assert_true(fake_receive(f, 64, 0, false));
	frame_to(f, fake.mac, 0);
	assert_true(fake_receive(f, 64, 0, false));
}

static void
sends_with_one_report_a_burst(void **state)
{
	struct pkt *pkts[100];
	uint32_t number, i;

	start();
	get_packets(pkts, 100, 80);
	assert_int_equal(tx(pkts, 1), 1);
	assert_int_equal(fake.reports, 1);
	assert_int_equal(tx(pkts + 1, 32), 32);
	assert_int_equal(fake.reports, 2);
	assert_int_equal(tx(pkts + 33, 67), 67); /* at most 32 a report */
	assert_int_equal(fake.reports, 5);
	assert_int_equal(fake.sent_count, 100);
	for (i = 0; i < 100; i++) {
		memcpy(&number, fake.sent[i].head, 4);
		assert_int_equal(fake.sent[i].len, 80);
		assert_int_equal(number, i);
	}
	/* All come home, though nothing more is sent. */
	assert_int_equal(tx(NULL, 0), 0);
	assert_int_equal(pool.count, buffers - RING);
}

static void
a_full_transmit_ring_takes_a_part(void **state)
{
	struct pkt *pkts[400];
	uint32_t round, taken = 0, i;

	start();
	get_packets(pkts, 400, 60);
	fake.stuck_tx = true;
	assert_int_equal(tx(pkts, 200), 200);
	assert_int_equal(tx(pkts + 200, 100), 55);
	assert_int_equal(tx(pkts + 255, 1), 0);
	/* Some go out, but not the batch's last: nothing comes home. */
	fake_transmit(31);
	assert_int_equal(tx(pkts + 255, 1), 0);
	fake_transmit(1);
	assert_int_equal(tx(pkts + 255, 145), 32);
	fake_transmit(~0u);
	tx(NULL, 0);
	taken = 255 + 32;
	pool_put_burst(&pool, pkts + taken, 400 - taken);
	assert_int_equal(pool.count, buffers - RING);
	/* Many times round. */
	fake.stuck_tx = false;
	for (round = 0; round < 100; round++) {
		get_packets(pkts, 33, 60);
		for (i = 0; i < 33; i += 11)
			assert_int_equal(tx(pkts + i, 11), 11);
	}
	tx(NULL, 0);
	assert_int_equal(pool.count, buffers - RING);
}

static void
stop_gives_all_back_and_start_works_again(void **state)
{
	struct pkt *pkts[64];
	uint32_t round;

	assert_int_equal(nic_probe(&pci, &port), 0);
	port.pool[0] = &pool;
	for (round = 0; round < 3; round++) {
		assert_int_equal(port.ops->start(&port), 0);
		assert_int_equal(port.ops->start(&port), -EALREADY);
		assert_int_equal(receive(0, 20), 20);
		assert_int_equal(rx(pkts, 10), 10);
		assert_int_equal(tx(pkts, 10), 10);
		fake.stuck_tx = true;
		get_packets(pkts, 64, 60);
		assert_int_equal(tx(pkts, 64), 64);
		port.ops->stop(&port);
		port.ops->stop(&port);
		fake.stuck_tx = false;
		assert_false(port.started);
		assert_int_equal(pool.count, BUFFERS);
		assert_false(host_bus_master());
		assert_int_equal(fake.reg[RCTL / 4] & 2, 0);
		/* Polling a stopped port is harmless. */
		get_packets(pkts, 1, 60);
		assert_int_equal(rx(pkts + 1, 32), 0);
		assert_int_equal(tx(pkts, 1), 0);
		pool_put(&pool, pkts[0]);
	}
}

static void
counters_add_up_over_restarts(void **state)
{
	struct port_hw_stats stats;

	fake.reg[CRCERRS / 4] = 99; /* from before: not ours */
	start();
	fake.reg[MPC / 4] = 1;
	fake.reg[RNBC / 4] = 2;
	fake.reg[CRCERRS / 4] = 3;
	fake.reg[RLEC / 4] = 4;
	fake.reg[ECOL / 4] = 5;
	port.ops->hw_stats(&port, &stats);
	fake.reg[MPC / 4] = ~0u;
	port.ops->stop(&port);
	assert_int_equal(port.ops->start(&port), 0);
	port.ops->hw_stats(&port, &stats);
	assert_true(stats.rx_missed == 0x100000000ull);
	assert_int_equal(stats.rx_no_buffer, 2);
	assert_int_equal(stats.rx_crc_errors, 3);
	assert_int_equal(stats.rx_length_errors, 4);
	assert_int_equal(stats.tx_errors, 5);
	assert_int_equal(stats.rx_errors, 0);
}

/* Runs out of memory at each allocation in turn. */
static void
probe_survives_every_allocation(void **state)
{
	int32_t n;

	for (n = 0;; n++) {
		host.dma_left = n;
		if (nic_probe(&pci, &port) == 0)
			break;
		assert_int_equal(host.log_errors, n + 1);
		assert_false(host_bus_master());
		assert_null(port.ops);
	}
	assert_int_equal(n, 7);
}

static void
start_needs_a_whole_ring_of_buffers(void **state)
{
	struct pkt *hoard[BUFFERS];
	uint32_t n;

	assert_int_equal(nic_probe(&pci, &port), 0);
	assert_int_equal(port.ops->start(&port), -EINVAL); /* no pool */
	port.pool[0] = &pool;
	n = BUFFERS - RING + 1;
	assert_int_equal(pool_get_burst(&pool, hoard, n), n);
	assert_int_equal(port.ops->start(&port), -ENOBUFS);
	assert_int_equal(pool.count, RING - 1);
	assert_false(port.started);
	assert_false(host_bus_master());
	pool_put_burst(&pool, hoard, n);
	assert_int_equal(port.ops->start(&port), 0);
}

static void
no_mac_address_is_an_error(void **state)
{
	memset(fake.mac, 0, 6);
	assert_int_equal(nic_probe(&pci, &port), -EADDRNOTAVAIL);
	assert_false(host_bus_master());
	memset(fake.mac, 0xff, 6);
	assert_int_equal(nic_probe(&pci, &port), -EADDRNOTAVAIL);
}

/* Every wait ends, says which register, and leaves the NIC off the bus. */
static void
time_outs_unwind(void **state)
{
	const struct part *part = *state;
	struct {
		bool *fault;
		int probe, start;
		const char *log;
	} faults[] = {
		{ &fake.stuck_reset, -ETIMEDOUT, 0, "CTRL.RST" },
		{ &fake.stuck_mdic, 0, -ETIMEDOUT, "MDIC.READY" },
		{ &fake.mdic_error, 0, -EIO, "PHY" },
		{ &fake.stuck_eeprom, -ETIMEDOUT, 0, "EECD.AUTO_RD" },
		{ &fake.mdio_denied, 0, -EBUSY, "EXTCNF_CTRL.MDIO_SW" },
	};
	uint32_t n = part->pcie ? 5 : 3, i;
	int err;

	for (i = 0; i < n; i++) {
		fake_power_on(part->pcie);
		host.log_last[0] = '\0';
		*faults[i].fault = true;
		err = nic_probe(&pci, &port);
		assert_int_equal(err, faults[i].probe);
		if (err == 0) {
			port.pool[0] = &pool;
			err = port.ops->start(&port);
			assert_int_equal(err, faults[i].start);
			assert_non_null(strstr(host.log_last, faults[i].log));
			assert_false(port.started);
		}
		assert_false(host_bus_master());
		assert_int_equal(pool.count, BUFFERS);
		assert_true(host.ns < 2000000000ull * (i + 1));
	}
}

int
main(void)
{
#define TEST(t, part)                                                          \
	{                                                                      \
#t " " #part, t, setup, teardown, &part                        \
	}
#define TESTS(part)                                                            \
	TEST(probe_fills_the_port, part), TEST(others_are_not_ours, part),     \
	    TEST(initialises_in_the_manuals_order, part),                      \
	    TEST(a_sleeping_phy_is_woken, part),                               \
	    TEST(link_follows_the_cable, part),                                \
	    TEST(receives_in_order_and_refills, part),                         \
	    TEST(a_full_ring_misses_and_recovers, part),                       \
	    TEST(an_empty_pool_drops_in_place, part),                          \
	    TEST(bad_frames_are_dropped_and_counted, part),                    \
	    TEST(filters_by_address, part),                                    \
	    TEST(sends_with_one_report_a_burst, part),                         \
	    TEST(a_full_transmit_ring_takes_a_part, part),                     \
	    TEST(stop_gives_all_back_and_start_works_again, part),             \
	    TEST(counters_add_up_over_restarts, part),                         \
	    TEST(probe_survives_every_allocation, part),                       \
	    TEST(start_needs_a_whole_ring_of_buffers, part),                   \
	    TEST(no_mac_address_is_an_error, part),                            \
	    TEST(time_outs_unwind, part)
	const struct CMUnitTest tests[] = {
		TESTS(i82540),
		TESTS(i82545),
		TESTS(i82574),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
