/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic.c drivers/nic_ring.c drivers/e1000.c
 *     drivers/e1000_hw.c drivers/e1000_phy.c drivers/e1000_ring.c
 *     drivers/ixgbe.c drivers/ixgbe_hw.c drivers/ixgbe_i2c.c
 *     drivers/ixgbe_init.c drivers/ixgbe_link.c drivers/ixgbe_ring.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_sfp.c drivers/ixgbe_stats.c
 *     kernel/mmio.c kernel/msi.c net/pool.c tests/unit/fake_e1000.c
 *     tests/unit/fake_e1000_events.c tests/unit/fake_e1000_sizes.c
 *     tests/unit/host_machine.c
 *     tests/unit/e1000_fixture.c
 */
/*
 * The e1000 driver against a model of the chip: what probe and start do and in
 * which order, link, filters, counters, and every failure on the way up. The
 * fast path is in test_e1000_burst.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/e1000_fixture.h"

enum { NEVER = FAKE_TRACE_MAX };

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
	RUC = 0x40a4,
	CRCERRS = 0x4000,
	RXERRC = 0x400c,
	ECOL = 0x4018,
};

static void
frame_to(uint8_t *frame, const uint8_t *mac, uint32_t n)
{
	memset(frame, 0xee, 64);
	memcpy(frame, mac, 6);
	memcpy(frame + 60, &n, 4);
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
	assert_int_equal(port.max_frame, part->pcie ? 9230 : 9724);
	assert_int_equal(port.rx_queues, 1);
	assert_int_equal(port.rx_descriptors, 256);
	assert_string_equal(port.name, "port3");
	assert_int_equal(atomic_load(&port.state), PORT_STOPPED);
	/* What the firmware left running is off. */
	assert_true(fake_find(0, RCTL, 2, 0) != NEVER);
}

/* RDLEN and TDLEN, which lie behind the base, are in bytes. */
static void
rings_are_as_long_as_asked_for(void **state)
{
	(void)state;
	port.rx_descriptors = 1024;
	port.tx_descriptors = 64;
	assert_int_equal(nic_probe(&pci, &port), 0);
	port.pool[0] = &pool;
	assert_int_equal(port.ops->start(&port), 0);
	assert_int_equal(port.rx_descriptors, 1024);
	assert_int_equal(port.tx_descriptors, 64);
	assert_true(fake_find(0, RDBAL + 8, ~0u, 1024 * 16) != NEVER);
	assert_true(fake_find(0, TDBAL + 8, ~0u, 64 * 16) != NEVER);
}

/* Between probe and start: the memory stays, the length is less. */
static void
a_receive_ring_is_shortened(void **state)
{
	(void)state;
	assert_int_equal(nic_probe(&pci, &port), 0);
	port.rx_descriptors = 128;
	port.pool[0] = &pool;
	assert_int_equal(port.ops->start(&port), 0);
	assert_true(fake_find(0, RDBAL + 8, ~0u, 128 * 16) != NEVER);
	assert_true(fake_find(0, TDBAL + 8, ~0u, 256 * 16) != NEVER);
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
		{ TDBAL, 0, 0 },
		{ TCTL, 2 | 8 | 0xff0 | 0x3ff000, 2 | 8 | 0xf0 | 0x40000 },
		{ RDT, ~0u, RING },
	};
	const struct part *part = *state;
	uint32_t at = 0, i;

	fixture_start();
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = fake_find(at, order[i].reg, order[i].mask, order[i].want);
		if (at == NEVER)
			print_error("step %u is missing\n", (unsigned)i);
		assert_true(at != NEVER);
	}
	assert_int_equal(
	    fake_writes_to(0, RDT), 2); /* 0, then all: the first burst */
	if (part->pcie) {
		assert_true(fake.reg[CTRL_EXT / 4] & 1u << 28);
		assert_int_equal(host.config[ASPM_AT], 0x40);
		assert_int_equal(fake.reg[0x0f00 / 4] & 1u << 5, 0);
	} else
		assert_int_equal(host.config[PCIX_COMMAND_AT], 0x0a);
	assert_int_equal(host.log_errors, 0);
}

/* What start leaves in each register that the order above does not show. */
static void
every_register_is_set(void **state)
{
	enum { PCI = 1, PCIE = 2, BOTH = 3 };
	static const struct {
		uint32_t parts, reg, mask, want;
	} set[] = {
		{ PCI, 0x1000, ~0u, 48 },             /* PBA: receive, KiB */
		{ PCIE, 0x1000, ~0u, 32 },            /* of 40 */
		{ BOTH, 0x0410, ~0u, 0x00602008 },    /* TIPG */
		{ BOTH, 0x2828, ~0u, 0x01010820 },    /* RXDCTL */
		{ PCI, 0x3828, ~0u, 0x0101011f },     /* TXDCTL */
		{ PCIE, 0x3828, ~0u, 0x0141011f },    /* bit 22 is a must */
		{ PCIE, 0x3928, ~0u, 0x0141011f },    /* queue 1 alike */
		{ PCIE, 0x3840, ~0u, 0x04000403 },    /* TARC0 */
		{ PCIE, 0x0000, 1u << 29, 0 },        /* CTRL */
		{ PCIE, 0x0018, 3u << 22, 1u << 22 }, /* CTRL_EXT */
		{ PCIE, 0x5b00, ~0u, 0x08400000 },    /* GCR */
		{ PCIE, 0x5b64, ~0u, 1 },             /* GCR2 */
		{ PCI, 0x5820, 1u << 13, 0 },         /* MANC.ARP_EN */
		{ BOTH, 0x0000, 0x1800, 0 },          /* nothing forced */
		{ BOTH, 0x0000, 0x18000000, 0 },      /* no flow control */
	};
	const struct part *part = *state;
	uint32_t i, mine = part->pcie ? PCIE : PCI;

	fixture_start();
	for (i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		if (set[i].parts & mine)
			assert_int_equal(fake.reg[set[i].reg / 4] & set[i].mask,
			    set[i].want);
}

static void
a_sleeping_phy_is_woken(void **state)
{
	fake.phy[0] = 1u << 11; /* powered down, no negotiation */
	fake.phy[4] = 0x0461;   /* 10 Mbit/s and PAUSE */
	fake.phy[9] = 0;
	fixture_start();
	assert_int_equal(fake.phy[0], 1u << 12 | 1u << 9);
	assert_int_equal(fake.phy[4], 0x01e1);
	assert_int_equal(fake.phy[9], 1u << 9);
}

static void
link_follows_the_cable(void **state)
{
	struct port_link link;

	fixture_start();
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
	fixture_stop();
	port.ops->drain(&port, 0);
	port.ops->link(&port, &link);
	assert_false(link.up);
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
	fixture_fill();
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
counters_add_up_over_restarts(void **state)
{
	struct port_hw_stats stats;

	fake.reg[RXERRC / 4] = 99; /* from before: not ours */
	fixture_start();
	fake.reg[MPC / 4] = 1;
	fake.reg[RNBC / 4] = 2;
	fake.reg[CRCERRS / 4] = 3;
	fake.reg[RUC / 4] = 4;
	fake.reg[ECOL / 4] = 5;
	port.ops->hw_stats(&port, &stats);
	fake.reg[MPC / 4] = ~0u;
	fixture_stop();
	port.ops->drain(&port, 0);
	assert_int_equal(port.ops->start(&port), 0);
	fixture_fill();
	port.ops->hw_stats(&port, &stats);
	assert_true(stats.rx_missed == 0x100000000ull);
	assert_int_equal(stats.rx_no_buffer, 2);
	assert_int_equal(stats.rx_crc_errors, 3);
	assert_int_equal(stats.rx_length_errors, 4);
	assert_int_equal(stats.tx_errors, 5);
	assert_int_equal(stats.rx_errors, 0);
}

/* The NIC's own stop at their largest value. */
static void
counters_are_read_without_a_reader(void **state)
{
	struct port_link link;

	fixture_start();
	port.ops->link(&port, &link);
	fake.reg[MPC / 4] = 7;
	port.ops->link(&port, &link);
	assert_int_equal(fake.reg[MPC / 4], 7);
	host.ns += 61ull * 1000 * 1000 * 1000;
	port.ops->link(&port, &link);
	assert_int_equal(fake.reg[MPC / 4], 0);
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

/* With too few buffers it runs as well as it can, and fills up later. */
static void
a_short_pool_fills_a_part_of_the_ring(void **state)
{
	struct pkt *hoard[BUFFERS], *pkts[32];
	uint8_t frame[64] = { 0 };
	uint32_t n, i;

	assert_int_equal(nic_probe(&pci, &port), 0);
	memcpy(frame, port.mac, 6);
	assert_int_equal(port.ops->start(&port), -EINVAL); /* no pool */
	port.pool[0] = &pool;
	port.buffer_room = 1024;
	assert_int_equal(port.ops->start(&port), -EINVAL); /* too small */
	port.buffer_room = PKT_ROOM;
	n = pool_get_burst(&pool, hoard, BUFFERS - 20);
	assert_int_equal(port.ops->start(&port), 0);
	fixture_fill();
	assert_int_equal(pool.count, 0);
	assert_int_equal(pool.empty, 0);
	for (i = 0; i < 20; i++)
		assert_true(fake_receive(frame, 64, 0, false));
	assert_false(fake_receive(frame, 64, 0, false));
	pool_put_burst(&pool, hoard, n);
	assert_int_equal(port.ops->rx_burst(&port, 0, pkts, 32), 20);
	pool_put_burst(&pool, pkts, 20);
	assert_int_equal(pool.count, BUFFERS - RING);
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

static void
a_flash_is_told_to_load(void **state)
{
	fake.flash = true;
	fixture_start();
	assert_int_equal(host.log_errors, 0);
}

/* It ends, is logged, and the reset cures it. */
static void
a_pending_bus_request_is_waited_for(void **state)
{
	fake.stuck_master = true;
	fixture_start();
	assert_non_null(strstr(host.log_last, "STATUS.GIO_MASTER_ENABLE"));
	assert_true(host.ns < 2000000000ull);
}

/* As with VMware's and VirtualBox's 8254x. */
static void
the_eeprom_has_the_mac_address_too(void **state)
{
	fake.no_reload = true;
	assert_int_equal(nic_probe(&pci, &port), 0);
	assert_memory_equal(port.mac, fake.mac, 6);
	pci.function = 1; /* the second port of an 82546EB */
	assert_int_equal(nic_probe(&pci, &port), 0);
	assert_int_equal(port.mac[5], fake.mac[5] ^ 1);
	fake.stuck_eerd = true;
	assert_int_equal(nic_probe(&pci, &port), -EADDRNOTAVAIL);
	assert_true(host.ns < 2000000000ull);
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
		}
		assert_false(host_bus_master());
		assert_int_equal(pool.count, BUFFERS);
		assert_true(host.ns < 2000000000ull * (i + 1));
	}
}

/* Off the bus, and reset when it lets itself be. */
static void
a_failed_reset_is_repeated(void **state)
{
	uint32_t from;

	fixture_start();
	fake.stuck_reset = true;
	fixture_stop();
	port.ops->drain(&port, 0);
	assert_false(host_bus_master());
	assert_int_equal(pool.count, BUFFERS);
	assert_int_equal(port.ops->start(&port), -ETIMEDOUT);
	assert_false(host_bus_master());
	fake.stuck_reset = false;
	from = fake.traced;
	assert_int_equal(port.ops->start(&port), 0);
	assert_true(fake_find(from, CTRL, 1u << 26, 1u << 26) != NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ALL(probe_fills_the_port),
		TEST_ALL(rings_are_as_long_as_asked_for),
		TEST_ALL(a_receive_ring_is_shortened),
		TEST_ALL(others_are_not_ours),
		TEST_ALL(initialises_in_the_manuals_order),
		TEST_ALL(every_register_is_set),
		TEST_ALL(a_sleeping_phy_is_woken),
		TEST_ALL(link_follows_the_cable),
		TEST_ALL(filters_by_address),
		TEST_ALL(counters_add_up_over_restarts),
		TEST_ALL(counters_are_read_without_a_reader),
		TEST_ALL(probe_survives_every_allocation),
		TEST_ALL(a_short_pool_fills_a_part_of_the_ring),
		TEST_ALL(no_mac_address_is_an_error),
		TEST(the_eeprom_has_the_mac_address_too, i82540),
		TEST(the_eeprom_has_the_mac_address_too, i82545),
		TEST(a_flash_is_told_to_load, i82574),
		TEST(a_pending_bus_request_is_waited_for, i82574),
		TEST_ALL(time_outs_unwind),
		TEST(a_failed_reset_is_repeated, i82540),
		TEST(a_failed_reset_is_repeated, i82545),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
