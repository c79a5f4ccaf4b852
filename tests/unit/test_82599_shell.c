/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c kernel/mmio.c kernel/msi.c
 * libs: i82599
 */
/*
 * The in-process shell of the 82599 model, by raw register accesses: two
 * ports on one wire, without a driver.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/dma.h"
#include "kernel/mmio.h"
#include "kernel/msi.h"
#include "kernel/time.h"
#include "tests/82599/inprocess.h"
#include "tests/82599/queue_regs.h"
#include "tests/82599/regs.h"

enum {
	SLOTS = 64,
	BUFFER = 2048,
	QUEUE = 3,
	FRAME = 100,
	LINK_US = 3000000,
	MESSAGE = 0x41,
};

#define MESSAGE_AT 0xfee01000ull

static struct inprocess *a, *b;
static volatile void *a_regs, *b_regs;
static struct {
	uint64_t lo, hi;
} * rx_ring, *tx_ring;
static uint8_t *rx_buffers, *tx_buffers;

static volatile void *
wake(struct inprocess *s)
{
	pci_enable(&s->pci);
	pci_enable_master(&s->pci);
	return pci_map_bar(&s->pci, 0);
}

static int
setup(void **state)
{
	struct i82599_config config = { .mac = { 2, 0, 0, 0, 0, 0x0a } };

	inprocess_begin();
	a = inprocess_new(&config);
	config.mac[5] = 0x0b;
	config.function = 1;
	b = inprocess_new(&config);
	inprocess_wire(a, b);
	a_regs = wake(a);
	b_regs = wake(b);
	rx_ring = dma_alloc(SLOTS * sizeof(*rx_ring), 128);
	tx_ring = dma_alloc(SLOTS * sizeof(*tx_ring), 128);
	rx_buffers = dma_alloc(SLOTS * BUFFER, BUFFER);
	tx_buffers = dma_alloc(SLOTS * BUFFER, BUFFER);
	return 0;
}

static int
teardown(void **state)
{
	return inprocess_end() == 0 ? 0 : -1;
}

static void
set(volatile void *regs, uint32_t at, uint32_t bits)
{
	mmio_write32(regs, at, mmio_read32(regs, at) | bits);
}

static void
must(volatile void *regs, uint32_t at, uint32_t mask, uint32_t v)
{
	assert_true(mmio_wait(regs, at, mask, v, LINK_US, "test", "register"));
}

static void
program(volatile void *regs, uint32_t base, const void *ring)
{
	mmio_write32(regs, base, (uint32_t)dma_addr(ring));
	mmio_write32(regs, base + 4, (uint32_t)(dma_addr(ring) >> 32));
	mmio_write32(regs, base + 8, SLOTS * sizeof(*rx_ring));
}

/* B receives what is for anybody, in one queue. */
static void
start_receiver(void)
{
	uint32_t i;

	set(b_regs, FCTRL, FCTRL_UPE | FCTRL_BAM);
	set(b_regs, RDRXCTL, RDRXCTL_CRCSTRIP);
	program(b_regs, RDBAL(0), rx_ring);
	mmio_write32(
	    b_regs, SRRCTL(0), BUFFER / 1024 | SRRCTL_DESCTYPE_ONE_BUFFER);
	set(b_regs, RXDCTL(0), RXDCTL_ENABLE);
	must(b_regs, RXDCTL(0), RXDCTL_ENABLE, RXDCTL_ENABLE);
	for (i = 0; i < SLOTS; i++)
		rx_ring[i].lo = dma_addr(rx_buffers + i * BUFFER);
	set(b_regs, RXCTRL, RXCTRL_RXEN);
}

static void
start_transmitter(void)
{
	set(a_regs, DMATXCTL, DMATXCTL_TE);
	program(a_regs, TDBAL(QUEUE), tx_ring);
	set(a_regs, TXDCTL(QUEUE), TXDCTL_ENABLE);
	must(a_regs, TXDCTL(QUEUE), TXDCTL_ENABLE, TXDCTL_ENABLE);
}

/* Frame n of A; its bytes say which. */
static void
fill(uint32_t n)
{
	uint8_t *frame = tx_buffers + n % SLOTS * BUFFER;

	memset(frame, 0xff, 6);
	memset(frame + 6, (int)n, FRAME - 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	tx_ring[n % SLOTS].lo = dma_addr(frame);
	tx_ring[n % SLOTS].hi = (uint64_t)FRAME << 46 | TXD_DEXT |
	                        TXD_DTYP_DATA | TXD_EOP | TXD_IFCS | TXD_RS |
	                        FRAME;
}

static void
links_up(void)
{
	must(a_regs, LINKS, LINKS_UP, LINKS_UP);
	must(b_regs, LINKS, LINKS_UP, LINKS_UP);
}

static void
registers_answer(void **state)
{
	uint64_t before = time_us();

	assert_int_equal(mmio_read32(a_regs, STATUS) & STATUS_LAN_ID(3), 0);
	assert_int_equal(
	    mmio_read32(b_regs, STATUS) & STATUS_LAN_ID(3), STATUS_LAN_ID(1));
	must(a_regs, EEC, EEC_ARD, EEC_ARD);
	must(b_regs, EEC, EEC_ARD, EEC_ARD);
	assert_int_equal(mmio_read32(a_regs, RAL(0)), 0x00000002);
	assert_int_equal(mmio_read32(a_regs, RAH(0)) & 0xffff, 0x0a00);
	assert_int_equal(mmio_read32(b_regs, RAH(0)) & 0xffff, 0x0b00);
	/* Word 0 of the EEPROM, when it has been fetched. */
	mmio_write32(a_regs, EERD, EERD_START);
	must(a_regs, EERD, EERD_DONE, EERD_DONE);
	assert_true(time_us() > before);
	assert_string_equal(b->pci.address, "0000:01:01.1");
}

static void
link_follows_the_cable(void **state)
{
	links_up();
	inprocess_set_link(b, false);
	must(b_regs, LINKS, LINKS_UP, 0);
	inprocess_set_link(b, true);
	must(b_regs, LINKS, LINKS_UP, LINKS_UP);
}

static void
a_frame_goes_from_memory_to_memory(void **state)
{
	links_up();
	start_receiver();
	mmio_write32(b_regs, RDT(0), SLOTS - 1);
	start_transmitter();
	fill(0);
	mmio_write32(a_regs, TDT(QUEUE), 1);
	inprocess_pass(1000000);
	assert_true(tx_ring[0].hi >> 32 & TXD_DD);
	assert_true(rx_ring[0].hi & RXD_DD);
	assert_int_equal(rx_ring[0].hi >> 32 & 0xffff, FRAME);
	assert_memory_equal(rx_buffers, tx_buffers, FRAME);
	assert_int_equal(a->sent, 1);
	assert_int_equal(b->received, 1);
}

/* More frames than the receiver's ring has room for: the others wait. */
static void
the_wire_waits_for_room(void **state)
{
	uint32_t n, got = 0;

	links_up();
	start_receiver();
	mmio_write32(b_regs, RDT(0), 8);
	start_transmitter();
	for (n = 0; n < 3 * SLOTS; n++) {
		fill(n);
		mmio_write32(a_regs, TDT(QUEUE), (n + 1) % SLOTS);
		inprocess_pass(10000);
	}
	inprocess_pass(1000000);
	assert_int_equal(a->sent, 3 * SLOTS);
	while (got < 3 * SLOTS && (rx_ring[got % SLOTS].hi & RXD_DD) != 0) {
		assert_int_equal(
		    rx_buffers[got % SLOTS * BUFFER + FRAME - 1], got & 0xff);
		rx_ring[got % SLOTS].lo = dma_addr(
		    rx_buffers + got % SLOTS * BUFFER);
		rx_ring[got % SLOTS].hi = 0;
		got++;
		mmio_write32(b_regs, RDT(0), (got + 8) % SLOTS);
		inprocess_pass(10000);
	}
	assert_int_equal(got, 3 * SLOTS);
	assert_int_equal(inprocess_waiting(b), 0);
	assert_int_equal(b->wire_lost, 0);
}

static uint32_t hooked;

static void
hook(void *ctx, const uint8_t *frame, uint32_t len)
{
	assert_ptr_equal(ctx, &hooked);
	assert_int_equal(frame[0], 0xff);
	assert_int_equal(len, FRAME);
	hooked++;
}

static void
frames_can_be_taken_and_put(void **state)
{
	uint8_t frame[60];

	links_up();
	a->transmitted = hook;
	a->ctx = &hooked;
	hooked = 0;
	start_transmitter();
	fill(0);
	mmio_write32(a_regs, TDT(QUEUE), 1);
	inprocess_pass(1000000);
	assert_int_equal(hooked, 1);
	start_receiver();
	mmio_write32(b_regs, RDT(0), SLOTS - 1);
	memset(frame, 0xff, sizeof(frame));
	inprocess_receive(b, frame, sizeof(frame));
	inprocess_pass(1000000);
	assert_int_equal(rx_ring[0].hi >> 32 & 0xffff, sizeof(frame));
}

static void
other_memory_is_out_of_reach(void **state)
{
	static uint8_t elsewhere[BUFFER];

	links_up();
	start_transmitter();
	fill(0);
	tx_ring[0].lo = dma_addr(elsewhere);
	mmio_write32(a_regs, TDT(QUEUE), 1);
	inprocess_pass(1000000);
	assert_true(a->faults > 0);
	assert_non_null(strstr(a->text, "reads"));
	a->faults = 0;
	/* Unless a test says so. */
	host_dma_region(elsewhere, sizeof(elsewhere));
	assert_true(host_dma_contains(dma_addr(elsewhere), BUFFER));
	assert_false(host_dma_contains(dma_addr(elsewhere), BUFFER + 1));
	assert_false(host_dma_contains(dma_addr(elsewhere) - 1, 1));
}

static void
messages_wait_while_masked(void **state)
{
	mmio_write32(
	    a_regs, GPIE, GPIE_MSIX_MODE | GPIE_PBA_SUPPORT | GPIE_EIAME);
	mmio_write32(a_regs, EIAC, 1);
	mmio_write32(a_regs, IVAR(0), IVAR_VALID);
	mmio_write32(a_regs, EIMS, 1);
	mmio_write32(a_regs, EICS, 1);
	inprocess_pass(1000000);
	assert_int_equal(a->messages[0], 0); /* MSI-X is off */
	assert_int_equal(msix_entries(&a->pci), I82599_MSIX_VECTORS);
	assert_int_equal(msix_enable(&a->pci), 0);
	mmio_write32(a_regs, EIMS, 1);
	mmio_write32(a_regs, EICS, 1);
	inprocess_pass(1000000);
	assert_int_equal(a->messages[0], 0);
	assert_int_equal(msix_set(&a->pci, 0, MESSAGE_AT, MESSAGE), 0);
	assert_int_equal(a->messages[0], 1);
	mmio_write32(a_regs, EIMS, 1);
	mmio_write32(a_regs, EICS, 1);
	inprocess_pass(1000000);
	assert_int_equal(a->messages[0], 2);
	assert_int_equal(b->messages[0], 0);
}

static void
the_master_bit_reaches_the_model(void **state)
{
	links_up();
	start_transmitter();
	pci_disable_master(&a->pci);
	fill(0);
	mmio_write32(a_regs, TDT(QUEUE), 1);
	inprocess_pass(1000000);
	assert_int_equal(a->sent, 0);
	assert_int_equal(a->faults, 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(registers_answer),
		TEST(link_follows_the_cable),
		TEST(a_frame_goes_from_memory_to_memory),
		TEST(the_wire_waits_for_room),
		TEST(frames_can_be_taken_and_put),
		TEST(other_memory_is_out_of_reach),
		TEST(messages_wait_while_masked),
		TEST(the_master_bit_reaches_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
