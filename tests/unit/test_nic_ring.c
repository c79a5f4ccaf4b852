/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: drivers/nic_ring.c net/pool.c tests/unit/host_machine.c */
/*
 * The descriptor ring: empty, full, wrap past 2^32, queue 1, and packets that
 * come back in order. The device is a few registers here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/nic_ring.h"
#include "tests/unit/host_machine.h"

enum {
	SLOTS = 64,
	BUFFERS = 256,
	QUEUE1 = 0x6040, /* an 82599's second transmit queue */
	DONE_BIT = 32,
};
#define DONE (1ull << DONE_BIT)

static uint32_t regs[0x8000 / 4];
static uint32_t tail_writes;
static struct pool pool;
static struct pkt *slots[BUFFERS];
static void *region;
static struct nic_ring ring;

uint32_t
mmio_read32(const volatile void *base, uint32_t offset)
{
	return regs[offset / 4];
}

void
mmio_write32(volatile void *base, uint32_t offset, uint32_t value)
{
	regs[offset / 4] = value;
	tail_writes += offset == QUEUE1 + NIC_RING_TAIL && value != 0;
}

static int
setup(void **state)
{
	struct pci_device d;

	host_reset(&d, 0, 0);
	memset(regs, 0xff, sizeof(regs));
	memset(&ring, 0, sizeof(ring));
	region = aligned_alloc(POOL_BLOCK, pool_region_size(BUFFERS, PKT_ROOM));
	pool_init(&pool, slots, region, BUFFERS, PKT_ROOM);
	assert_int_equal(nic_ring_alloc(&ring, SLOTS), 0);
	nic_ring_program(&ring, regs, QUEUE1);
	tail_writes = 0;
	return 0;
}

static int
teardown(void **state)
{
	struct pci_device d;

	host_reset(&d, 0, 0);
	free(region);
	return 0;
}

static void
push(uint32_t n)
{
	struct pkt *p;

	while (n-- > 0) {
		p = pool_get(&pool);
		assert_non_null(p);
		nic_ring_push(&ring, p, dma_addr(p), 0);
	}
}

/* One batch of n packets, as a driver sends it. */
static void
batch(uint32_t n)
{
	uint32_t first = ring.prod;

	push(n);
	nic_ring_end_batch(&ring, first);
}

static void
finish(uint32_t index)
{
	ring.desc[index & ring.mask].hi |= DONE;
}

static void
sizes_are_checked(void **state)
{
	static const uint32_t bad[] = { 0, 1, 32, 63, 65, 96, 8192, ~0u };
	struct nic_ring r;
	uint32_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(nic_ring_alloc(&r, bad[i]), -22);
	for (i = 0; i < 3; i++) {
		memset(&r, 0, sizeof(r));
		host.dma_left = (int32_t)i;
		assert_int_equal(nic_ring_alloc(&r, SLOTS), -12);
	}
}

/* Only queue 1's registers are touched, and they say where the ring is. */
static void
queue_1_has_its_own_registers(void **state)
{
	uint64_t base = (uint64_t)regs[QUEUE1 / 4 + 1] << 32 | regs[QUEUE1 / 4];
	uint32_t i, touched = 0;

	assert_true(base == (uint64_t)(uintptr_t)ring.desc);
	assert_int_equal(base % (SLOTS * 16), 0);
	assert_int_equal(regs[(QUEUE1 + 0x08) / 4], SLOTS * 16);
	assert_int_equal(regs[(QUEUE1 + 0x10) / 4], 0);
	assert_int_equal(regs[(QUEUE1 + 0x18) / 4], 0);
	for (i = 0; i < sizeof(regs) / 4; i++)
		touched += regs[i] != ~0u;
	assert_int_equal(touched, 5);
}

static void
empty_and_full(void **state)
{
	assert_int_equal(nic_ring_used(&ring), 0);
	assert_int_equal(nic_ring_space(&ring), SLOTS - 1);
	nic_ring_publish(&ring);
	assert_int_equal(tail_writes, 0);

	push(SLOTS - 1);
	assert_int_equal(nic_ring_space(&ring), 0);
	assert_int_equal(nic_ring_used(&ring), SLOTS - 1);
	nic_ring_publish(&ring);
	nic_ring_publish(&ring);
	assert_int_equal(tail_writes, 1);
	assert_int_equal(regs[(QUEUE1 + 0x18) / 4], SLOTS - 1);
	assert_int_equal(pool.count, BUFFERS - (SLOTS - 1));

	nic_ring_drain(&ring, &pool);
	assert_int_equal(nic_ring_used(&ring), 0);
	assert_int_equal(pool.count, BUFFERS);
}

static void
reap_takes_whole_batches_in_order(void **state)
{
	batch(1);
	batch(32);
	batch(5);
	assert_int_equal(nic_ring_reap(&ring, DONE, &pool), 0);
	finish(37); /* the third, before the others: must wait */
	assert_int_equal(nic_ring_reap(&ring, DONE, &pool), 0);
	finish(0);
	assert_int_equal(nic_ring_reap(&ring, DONE, &pool), 1);
	finish(31); /* not the end of a batch */
	assert_int_equal(nic_ring_reap(&ring, DONE, &pool), 0);
	finish(32);
	assert_int_equal(nic_ring_reap(&ring, DONE, &pool), 37);
	assert_int_equal(nic_ring_reap(&ring, DONE, &pool), 0);
	assert_int_equal(pool.count, BUFFERS);
}

/* Random batches across 2^32; the oracle is the pool's count. */
static void
wraps_past_32_bits(void **state)
{
	uint32_t start = 0u - 10 * SLOTS, i, n, held = 0;

	ring.prod = ring.cons = ring.published = start;
	srand(1);
	for (i = 0; i < 2000; i++) {
		n = (uint32_t)rand() % 40;
		if (n > nic_ring_space(&ring))
			n = nic_ring_space(&ring);
		if (n > 0) {
			batch(n);
			held += n;
		}
		nic_ring_publish(&ring);
		assert_int_equal(regs[(QUEUE1 + 0x18) / 4], ring.prod % SLOTS);
		assert_int_equal(nic_ring_used(&ring), held);
		assert_int_equal(nic_ring_space(&ring), SLOTS - 1 - held);
		if (rand() % 3 == 0 && held > 0) {
			for (n = ring.cons; n != ring.prod; n++)
				finish(n);
			assert_int_equal(
			    nic_ring_reap(&ring, DONE, &pool), held);
			held = 0;
		}
		assert_int_equal(pool.count, BUFFERS - held);
	}
	assert_true(ring.prod < start);
}

static void
pop_is_first_in_first_out(void **state)
{
	struct pkt *order[SLOTS], *p;
	uint32_t i, round;

	ring.prod = ring.cons = ring.published = 0u - SLOTS;
	for (round = 0; round < 3; round++) {
		for (i = 0; i < SLOTS - 1; i++) {
			order[i] = pool_get(&pool);
			nic_ring_push(&ring, order[i], i, i);
		}
		for (i = 0; i < SLOTS - 1; i++) {
			assert_int_equal(nic_ring_peek(&ring, 0)->lo, i);
			p = nic_ring_pop(&ring);
			assert_ptr_equal(p, order[i]);
			pool_put(&pool, p);
		}
	}
}

/* The device hears of it when the ring is programmed. */
static void
a_ring_is_shortened(void **state)
{
	(void)state;
	nic_ring_shorten(&ring, 2 * SLOTS);
	nic_ring_shorten(&ring, 0);
	assert_int_equal(nic_ring_space(&ring), SLOTS - 1);
	assert_int_equal(nic_ring_alloc(&ring, 256), 0);
	nic_ring_shorten(&ring, 64);
	nic_ring_program(&ring, regs, QUEUE1);
	assert_int_equal(nic_ring_space(&ring), 63);
	assert_int_equal(regs[(QUEUE1 + NIC_RING_LENGTH) / 4], 64 * 16);
}

int
main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(sizes_are_checked),
		TEST(queue_1_has_its_own_registers),
		TEST(empty_and_full),
		TEST(reap_takes_whole_batches_in_order),
		TEST(wraps_past_32_bits),
		TEST(pop_is_first_in_first_out),
		TEST(a_ring_is_shortened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
