/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/*
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
 * Workers forward between two 82599 ports while ports are stopped and started
 * and cables are pulled, on models that answer at once and on hostile ones.
 */
#include "drivers/ixgbe_dev.h"
#include "tests/unit/ixgbe_pair.h"

enum {
	SEEDS = 200,
	PHASES = 6,
	PHASE_FRAMES = 500,
	BURST = 12,
	WINDOW = 24,
	OUTAGE_TURNS = 20,
	STALLED = 100,
	FEW = 60, /* less than a ring has slots */
};

/* Some frames arrive at each port that has not too many on the way. */
static void
load(void)
{
	uint32_t port, n;

	for (port = 0; port < LAB_PORTS; port++) {
		n = pair_below(BURST);
		while (n-- > 0 && pair.in[port] - pair.out[port] < WINDOW)
			pair_arrive(port);
	}
}

/* All that did not leave was dropped and counted, since `before`. */
static uint64_t
check_lost(uint64_t before)
{
	uint64_t lost = pair_quiet();

	assert_int_equal(lost, pair_drops() - before);
	return lost;
}

/* What is lost in spite of ports that run and links that are up was counted. */
static void
steady(uint32_t frames)
{
	uint64_t before = pair_drops(), out = 0;
	uint32_t stalled = 0;

	/* What is dropped never leaves, and fills the windows. */
	while (pair.in[0] + pair.in[1] < frames && stalled++ < STALLED) {
		load();
		pair_turn();
		if (out != pair.out[0] + pair.out[1])
			stalled = 0;
		out = pair.out[0] + pair.out[1];
	}
	check_lost(before);
}

/* Frames come in all the time, whether they can leave or not. */
static void
outage(uint32_t turns)
{
	while (turns-- > 0) {
		if (pair_below(2) == 0)
			pair_arrive(pair_below(LAB_PORTS));
		pair_turn();
	}
}

static void
restart(uint32_t port)
{
	load();
	pair_stop(port, load);
	outage(pair_below(OUTAGE_TURNS));
	pair_start(port);
	outage(pair_below(OUTAGE_TURNS));
	lab_wait_link(port);
}

/* For less than a turn, or for so long that the driver sees it. */
static void
pull(uint32_t port)
{
	load();
	inprocess_pass(pair_below(3 * LAB_TURN_NS));
	inprocess_set_link(lab.nic[port], false);
	outage(pair_below(OUTAGE_TURNS));
	if (pair_below(2) == 0) {
		inprocess_pass(2500000000u);
		assert_false(lab_link(port));
		outage(pair_below(OUTAGE_TURNS));
	}
	inprocess_set_link(lab.nic[port], true);
	outage(pair_below(OUTAGE_TURNS));
	lab_wait_link(port);
}

static void
both(uint32_t port)
{
	inprocess_set_link(lab.nic[port ^ 1], false);
	restart(port);
	inprocess_set_link(lab.nic[port ^ 1], true);
	restart(port ^ 1);
}

static void (*const disturb[])(uint32_t port) = { restart, pull, both };

static void
play(const struct pair_config *config)
{
	uint32_t phase;

	pair_up(config);
	for (phase = 0; phase < PHASES; phase++) {
		steady(PHASE_FRAMES);
		disturb[pair_below(3)](pair_below(LAB_PORTS));
		lab_wait_link(0);
		lab_wait_link(1);
		(void)pair_quiet();
	}
	steady(PHASE_FRAMES);
}

/* Idle workers leave no buffer in a transmit ring. */
static void
check_sent_is_home(void)
{
	const struct ixgbe *d;
	uint32_t port, q;

	for (port = 0; port < LAB_PORTS; port++) {
		d = lab.port[port].priv;
		for (q = 0; q < pair.config.workers; q++)
			assert_int_equal(nic_ring_used(&d->queue[q].tx), 0);
	}
}

static void
all_is_forwarded(void **state)
{
	uint32_t workers;

	for (workers = 1; workers <= PAIR_WORKERS; workers++) {
		uint64_t drops;

		pair_up(&(struct pair_config){ .workers = workers });
		drops = pair_drops();
		while (pair.in[0] < 5000) {
			load();
			pair_turn();
		}
		assert_int_equal(pair_quiet(), 0);
		assert_int_equal(pair_drops(), drops);
		check_sent_is_home();
		assert_int_equal(pair_end(state), 0);
	}
	pair_up(&(struct pair_config){ .workers = 1 });
}

static void
jumbo_is_forwarded(void **state)
{
	pair_up(&(struct pair_config){
	    .workers = 2, .room = PKT_ROOM_MAX, .len_max = LAB_FRAME_MAX });
	while (pair.in[0] < 3000) {
		load();
		pair_turn();
	}
	assert_int_equal(pair_quiet(), 0);
}

static void
friendly_troubles(void **state)
{
	uint32_t i;

	for (i = 0; i < 20; i++) {
		play(&(struct pair_config){
		    .workers = 1 + i % PAIR_WORKERS,
		    .rests = i % 2,
		    .random = i,
		});
		assert_int_equal(pair_end(state), 0);
	}
	pair_up(&(struct pair_config){ .workers = 1 });
}

static void
hostile_seeds(void **state)
{
	uint32_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		play(&(struct pair_config){
		    .workers = 1 + seed % PAIR_WORKERS,
		    .descriptors = seed % 3 == 0 ? 128 : 64,
		    .rests = seed / 2 % 2,
		    .hostile = seed,
		    .random = seed,
		});
		if (pair_end(state) != 0)
			fail_msg("seed %u", (unsigned)seed);
	}
	pair_up(&(struct pair_config){ .workers = 1 });
}

/*
 * Workers that sleep whenever they can: each frame wakes the one that it is
 * for, even when it comes as that falls asleep.
 */
static void
no_wake_up_is_lost(void **state)
{
	uint32_t seed, i, port;

	for (seed = 0; seed < 40; seed++) {
		pair_up(&(struct pair_config){
		    .workers = 1 + seed % 3,
		    .rests = true,
		    .hostile = seed,
		    .random = seed,
		});
		for (i = 0; i < 300; i++) {
			port = pair_below(LAB_PORTS);
			pair_arrive(port);
			inprocess_pass(pair_below(LAB_TURN_NS));
			pair_turn();
			if (pair_below(4) == 0)
				assert_int_equal(pair_quiet(), 0);
		}
		assert_int_equal(pair_quiet(), 0);
		assert_true(pair.sleeps > 100);
		assert_true(pair.wakes > 50);
		assert_int_equal(pair_end(state), 0);
	}
	pair_up(&(struct pair_config){ .workers = 1 });
}

/* More than leaves: what finds no room is counted, and nothing else is. */
static void
overload_is_counted(void **state)
{
	uint64_t lost, i;

	pair_up(&(struct pair_config){ .workers = 2 });
	lab.nic[0]->lossy = true;
	inprocess_set_link(lab.nic[1], false); /* its rings fill up */
	for (i = 0; i < 2000; i++) {
		pair_arrive(0);
		if (i % 200 > 180)
			pair_turn();
	}
	inprocess_set_link(lab.nic[1], true);
	lab_wait_link(1);
	lost = check_lost(0);
	assert_in_range(lost, 1000, 1999);
	steady(1000);
}

/*
 * The link goes in the middle of bursts. What the driver has taken leaves when
 * it is back; the rest was dropped and counted.
 */
static void
a_lost_link_loses_nothing_taken(void **state)
{
	uint64_t seed, drops, i;

	for (seed = 0; seed < 40; seed++) {
		pair_up(&(struct pair_config){
		    .workers = 1 + seed % 3, .hostile = seed, .random = seed });
		drops = pair_drops();
		for (i = 0; i < 60; i++)
			pair_arrive(0);
		pair_turn();
		inprocess_pass(pair_below(3 * LAB_TURN_NS));
		inprocess_set_link(lab.nic[1], false);
		for (i = 0; i < seed * 10; i++) {
			pair_arrive(0);
			if (i % 8 == 0)
				pair_turn();
		}
		inprocess_pass(2500000000u);
		assert_false(lab_link(1));
		inprocess_set_link(lab.nic[1], true);
		lab_wait_link(1);
		check_lost(drops);
		steady(PHASE_FRAMES);
		assert_int_equal(pair_end(state), 0);
	}
	pair_up(&(struct pair_config){ .workers = 1 });
}

/* A port that is stopped without a link gives all its buffers back. */
static void
a_lost_link_keeps_no_buffer(void **state)
{
	uint64_t seed, i;

	for (seed = 0; seed < 40; seed++) {
		pair_up(&(struct pair_config){
		    .workers = 1 + seed % 3, .hostile = seed, .random = seed });
		for (i = 0; i < 40 + seed; i++) {
			pair_arrive(i % 2);
			if (i == 40)
				inprocess_set_link(lab.nic[1], false);
			if (i % 8 == 0)
				pair_turn();
		}
		pair_stop(1, NULL);
		pair_stop(0, NULL);
		for (i = 0; i < pair.config.workers; i++)
			assert_int_equal(lab_out((uint32_t)i), 0);
		assert_int_equal(pair_end(state), 0);
	}
	pair_up(&(struct pair_config){ .workers = 1 });
}

/*
 * All buffers wait to be sent, and so none to receive into: nothing would wake
 * a worker that slept then. When the link is back it must go on by itself.
 */
static void
a_worker_without_buffers_stays_awake(void **state)
{
	uint64_t seed, i;

	for (seed = 0; seed < 20; seed++) {
		pair_up(&(struct pair_config){ .rests = true,
		    .buffers = FEW,
		    .hostile = seed,
		    .random = seed });
		inprocess_set_link(lab.nic[1], false);
		for (i = 0; i < 2 * FEW; i++) {
			pair_arrive(0);
			pair_turn();
		}
		for (i = 0; i < STALLED; i++)
			pair_turn();
		assert_int_equal(lab_out(0), FEW);
		inprocess_set_link(lab.nic[1], true);
		lab_wait_link(1);
		check_lost(0);
		for (i = 0; i < FEW; i++) {
			pair_arrive(0);
			pair_turn();
		}
		check_lost(pair_drops());
		assert_int_equal(pair_end(state), 0);
	}
	pair_up(&(struct pair_config){ .workers = 1 });
}

#define TEST(t) cmocka_unit_test_teardown(t, pair_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_is_forwarded),
		TEST(jumbo_is_forwarded),
		TEST(friendly_troubles),
		TEST(hostile_seeds),
		TEST(no_wake_up_is_lost),
		TEST(overload_is_counted),
		TEST(a_lost_link_loses_nothing_taken),
		TEST(a_lost_link_keeps_no_buffer),
		TEST(a_worker_without_buffers_stays_awake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
