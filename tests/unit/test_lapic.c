/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: kernel/lapic.c kernel/mmio.c tests/unit/log_stub.c */
/*
 * The local APIC in both modes against a fake one, whose clock is 1.6 GHz: so
 * the timer, behind its divider, counts 100 a microsecond. x2APIC mode cannot
 * be had from the emulator that the system tests use.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/acpi.h"
#include "kernel/cpu.h"
#include "kernel/lapic.h"
#include "kernel/mmio.h"
#include "kernel/paging.h"
#include "kernel/time.h"
#include "tests/unit/log_stub.h"

enum {
	APIC_BASE = 0x1b,
	X2APIC = 1 << 10,
	ENABLE = 1 << 11,
	DEADLINE = 0x6e0,
	ICR = 0x300,
	ICR_HIGH = 0x310,
	SVR = 0xf0,
	LINT1 = 0x360,
	LVT_TIMER = 0x320,
	INITIAL = 0x380,
	CURRENT = 0x390,
	IOAPIC_ENTRIES = 24,
	TICKS_PER_US = 100,
};

static uint32_t reg[0x400 / 4];
static uint64_t apic_base, icr, deadline;
static uint64_t now; /* microseconds */
static bool dead_timer;
static uint32_t counted_in_wait; /* from here on */
static uint32_t io_select, io_reg[0x10 + 2 * IOAPIC_ENTRIES];
static struct cpu cpu;
static struct cpu_features features;
static struct acpi_info info;
static char io_window[0x20], lapic_window[0x400];

struct cpu *
cpu_current(void)
{
	return &cpu;
}

const struct cpu_features *
cpu_features(void)
{
	return &features;
}

const struct acpi_info *
acpi_info(void)
{
	return &info;
}

uint64_t
time_us(void)
{
	return now;
}

uint64_t
time_cycles_per_second(void)
{
	return 2000000000;
}

void
delay_us(uint32_t us)
{
	uint32_t left = reg[INITIAL / 4] - us * TICKS_PER_US;

	now += us;
	reg[CURRENT / 4] = dead_timer ? reg[INITIAL / 4] : left;
}

volatile void *
paging_map_mmio(uint64_t phys, uint64_t size)
{
	if (phys == 0xfee00000)
		return lapic_window;
	return phys == 0xfec00000 ? io_window : NULL;
}

void
cpu_wait_interrupt(void)
{
	counted_in_wait = reg[INITIAL / 4];
}

uint64_t
cpu_rdmsr(uint32_t msr)
{
	if (msr == APIC_BASE)
		return apic_base;
	assert_true(apic_base & X2APIC);
	assert_in_range(msr, 0x800, 0x83f);
	return reg[(msr - 0x800) * 4];
}

void
cpu_wrmsr(uint32_t msr, uint64_t v)
{
	if (msr == APIC_BASE) {
		/* SDM 3, 10.12.5: what else there is, faults. */
		assert_false((v & X2APIC) && !(v & ENABLE));
		assert_false((v & X2APIC) && !(apic_base & ENABLE));
		assert_false(
		    (apic_base & X2APIC) && !(v & X2APIC) && (v & ENABLE));
		apic_base = v;
		return;
	}
	if (msr == DEADLINE) {
		deadline = v;
		return;
	}
	assert_true(apic_base & X2APIC);
	assert_in_range(msr, 0x800, 0x83f);
	if (msr == 0x830)
		icr = v;
	reg[(msr - 0x800) * 4] = (uint32_t)v;
}

uint32_t
mmio_read32(const volatile void *base, uint32_t offset)
{
	if (base == io_window)
		return offset == 0 ? io_select : io_reg[io_select];
	assert_ptr_equal(base, lapic_window);
	assert_int_equal(apic_base & (ENABLE | X2APIC), ENABLE);
	return reg[offset / 4];
}

void
mmio_write32(volatile void *base, uint32_t offset, uint32_t v)
{
	if (base == io_window && offset == 0) {
		io_select = v;
		return;
	}
	if (base == io_window) {
		io_reg[io_select] = v;
		return;
	}
	assert_ptr_equal(base, lapic_window);
	assert_int_equal(apic_base & (ENABLE | X2APIC), ENABLE);
	if (offset == ICR)
		icr = (uint64_t)reg[ICR_HIGH / 4] << 32 | v;
	reg[offset / 4] = v;
}

static void
machine(uint64_t base, bool can_x2apic, uint32_t other_id)
{
	memset(reg, 0, sizeof(reg));
	memset(io_reg, 0, sizeof(io_reg));
	memset(&cpu, 0, sizeof(cpu));
	reg[0x30 / 4] = 5 << 16 | 0x14; /* six local vectors */
	io_reg[1] = (IOAPIC_ENTRIES - 1) << 16;
	apic_base = 0xfee00000 | base;
	features.x2apic = can_x2apic;
	features.tsc_deadline = false;
	info.cpu_count = 2;
	info.cpu_apic_id[1] = other_id;
	info.ioapic_count = 1;
	info.ioapic[0] = 0xfec00000;
	dead_timer = false;
	log_lines = 0;
}

static void
xapic_when_all_ids_fit(void **state)
{
	uint32_t i;

	machine(ENABLE, true, LAPIC_ID_MAX);
	reg[0x20 / 4] = 3u << 24;
	lapic_init();
	assert_true(lapic_present());
	assert_false(lapic_wide());
	assert_int_equal(cpu.apic_id, 3);
	assert_int_equal(reg[SVR / 4], 0x1ff);
	assert_int_equal(reg[LINT1 / 4], 4 << 8);
	for (i = 0; i < IOAPIC_ENTRIES; i++)
		assert_int_equal(io_reg[0x10 + 2 * i], 1 << 16);
	lapic_send(254, VECTOR_WAKE);
	assert_true(icr == (0xfeull << 56 | 0x4040));
	lapic_send_init(1);
	assert_true(icr == (1ull << 56 | 0x4500));
	lapic_send_startup(1, 0x9e);
	assert_true(icr == (1ull << 56 | 0x469e));
	lapic_send_nmi(1);
	assert_true(icr == (1ull << 56 | 0x4400));
}

static void
x2apic_when_an_id_needs_it(void **state)
{
	machine(ENABLE, true, LAPIC_ID_MAX + 1);
	reg[0x20 / 4] = 0x12345;
	lapic_init();
	assert_true(lapic_wide());
	assert_int_equal(apic_base & (ENABLE | X2APIC), ENABLE | X2APIC);
	assert_int_equal(cpu.apic_id, 0x12345);
	lapic_send(0x12346, VECTOR_WAKE);
	assert_true(icr == (0x12346ull << 32 | 0x4040));
	/* Another processor follows. */
	apic_base = 0xfee00000 | ENABLE;
	cpu.index = 1;
	lapic_init();
	assert_int_equal(apic_base & (ENABLE | X2APIC), ENABLE | X2APIC);
	assert_int_equal(reg[LINT1 / 4], 1 << 16);
}

static void
x2apic_stays_where_firmware_left_it(void **state)
{
	machine(ENABLE | X2APIC, true, 1);
	lapic_init();
	assert_true(lapic_wide());
	assert_true(apic_base & X2APIC);
}

static void
x2apic_of_one_processor_alone_is_left(void **state)
{
	machine(ENABLE, true, 1);
	lapic_init();
	apic_base = 0xfee00000 | ENABLE | X2APIC;
	cpu.index = 1;
	lapic_init();
	assert_int_equal(apic_base & (ENABLE | X2APIC), ENABLE);
}

static void
timer_by_count(void **state)
{
	machine(ENABLE, false, 1);
	lapic_init();
	assert_int_equal(reg[LVT_TIMER / 4], VECTOR_TIMER);
	lapic_timer_arm(1000);
	assert_in_range(reg[INITIAL / 4], 100000, 100001);
	lapic_timer_arm(UINT32_MAX);
	assert_int_equal(reg[INITIAL / 4], UINT32_MAX);
	lapic_timer_stop();
	assert_int_equal(reg[INITIAL / 4], 0);
	/* A wait that ends by itself, and one that does not. */
	lapic_wait(50);
	assert_in_range(counted_in_wait, 5000, 5001);
	assert_int_equal(reg[INITIAL / 4], 0);
	lapic_wait(0);
	assert_int_equal(counted_in_wait, 0);
}

static void
timer_by_deadline(void **state)
{
	machine(ENABLE, false, 1);
	features.tsc_deadline = true;
	lapic_init();
	assert_int_equal(reg[LVT_TIMER / 4], 2 << 17 | VECTOR_TIMER);
	deadline = 0;
	lapic_timer_arm(1000);
	assert_true(deadline > 2000000);
	lapic_timer_stop();
	assert_int_equal(deadline, 0);
	assert_int_equal(reg[INITIAL / 4], 0);
}

static void
a_timer_that_does_not_count(void **state)
{
	machine(ENABLE, false, 1);
	dead_timer = true;
	lapic_init();
	assert_false(lapic_present());
	icr = 0;
	lapic_send(1, VECTOR_WAKE);
	assert_int_equal(icr, 0);
}

static void
end_of_interrupt(void **state)
{
	machine(ENABLE, false, 1);
	lapic_init();
	reg[0xb0 / 4] = 7;
	lapic_interrupt(VECTOR_SPURIOUS);
	assert_int_equal(reg[0xb0 / 4], 7);
	lapic_interrupt(VECTOR_WAKE);
	assert_int_equal(reg[0xb0 / 4], 0);
	lapic_interrupt(VECTOR_TIMER);
	assert_int_equal(cpu.unexpected_interrupts, 0);
	lapic_interrupt(0x27);
	assert_int_equal(cpu.unexpected_interrupts, 1);
}

static void
messages(void **state)
{
	assert_int_equal(lapic_message_address(0), 0xfee00000);
	assert_int_equal(lapic_message_address(254), 0xfeefe000);
	assert_int_equal(lapic_message_address(255), 0);
	assert_int_equal(lapic_message_address(0x10000), 0);
	assert_int_equal(lapic_message_data(VECTOR_WAKE), 0x40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xapic_when_all_ids_fit),
		cmocka_unit_test(x2apic_when_an_id_needs_it),
		cmocka_unit_test(x2apic_stays_where_firmware_left_it),
		cmocka_unit_test(x2apic_of_one_processor_alone_is_left),
		cmocka_unit_test(timer_by_count),
		cmocka_unit_test(timer_by_deadline),
		cmocka_unit_test(a_timer_that_does_not_count),
		cmocka_unit_test(end_of_interrupt),
		cmocka_unit_test(messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
