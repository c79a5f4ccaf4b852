/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/*
 * sanitize: none
 * objects: drivers/nic_ring.c drivers/ixgbe.c drivers/ixgbe_hw.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_i2c.c drivers/ixgbe_init.c
 *     drivers/ixgbe_link.c drivers/ixgbe_ring.c drivers/ixgbe_sfp.c
 *     drivers/ixgbe_stats.c kernel/mmio.c kernel/msi.c net/addr.c
 *     net/adjacency.c net/forward.c net/fragment.c net/verify.c net/link.c
 *     net/nexthop.c net/pool.c net/punt.c net/spsc.c net/team.c net/worker.c
 *     tests/82599/inprocess.c
 *     tests/82599/inprocess_pci.c tests/unit/host_machine.c
 *     tests/unit/ixgbe_frames.c tests/unit/ixgbe_lab.c
 *     tests/unit/ixgbe_pair.c
 * libs: i82599
 */
/*
 * Ten million packets through two 82599 ports: none is lost, doubled, late or
 * changed but where the rules say, and every buffer comes home.
 */
#include "tests/unit/ixgbe_pair.h"

enum {
	EACH_WAY = 5 * 1000 * 1000,
	BURST = 40,
	WINDOW = 256,
};

/* The same number from each side. */
static void
exchange(uint32_t each_way)
{
	uint32_t port, n;

	while (pair.in[0] < each_way || pair.in[1] < each_way) {
		for (port = 0; port < LAB_PORTS; port++) {
			n = pair_below(BURST);
			while (n-- > 0 && pair.in[port] < each_way &&
			       pair.in[port] - pair.out[port] < WINDOW)
				pair_arrive(port);
		}
		pair_turn();
	}
	assert_int_equal(pair_quiet(), 0);
	assert_int_equal(pair_drops(), 0);
}

/* What the NICs have counted is what there was. */
static void
check_counts(uint64_t total)
{
	struct port_queue_stats stats;
	uint64_t octets = 0, in = 0, out = 0, handled = 0;
	uint32_t port, q;

	for (q = 0; q < pair.config.workers; q++) {
		handled += pair.core[q].counters.packets;
		/* No worker has far more than its share. */
		assert_in_range(pair.core[q].counters.packets,
		    total / pair.config.workers / 2,
		    total / pair.config.workers * 3 / 2);
		for (port = 0; port < LAB_PORTS; port++) {
			lab.port[port].ops->queue_stats(
			    &lab.port[port], q, &stats);
			in += stats.rx_packets;
			out += stats.tx_packets;
			octets += stats.rx_octets - stats.tx_octets;
			assert_int_equal(stats.rx_used, 0);
			assert_int_equal(stats.tx_used, 0);
		}
	}
	assert_int_equal(in, total);
	assert_int_equal(out, total);
	assert_int_equal(handled, total);
	assert_int_equal(octets, 0); /* as many in as out */
}

static void
ten_million_packets(void **state)
{
	pair_up(&(struct pair_config){ .workers = 2, .descriptors = 512 });
	exchange(EACH_WAY);
	check_counts(2 * EACH_WAY);
}

/* On models that are late with everything, by workers that sleep. */
static void
a_million_packets_the_hard_way(void **state)
{
	pair_up(&(struct pair_config){ .workers = 3,
	    .descriptors = 512,
	    .rests = true,
	    .hostile = 82599 });
	exchange(EACH_WAY / 10);
	check_counts(EACH_WAY / 5);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(ten_million_packets, pair_end),
		cmocka_unit_test_teardown(
		    a_million_packets_the_hard_way, pair_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
