/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local APIC, by memory (xAPIC) or by MSRs (x2APIC), and the I/O APICs'
 * mask bits. Section numbers are of the Intel SDM, volume 3.
 */
#include "kernel/lapic.h"

#include <cpuid.h>
#include <stddef.h>

#include "kernel/acpi.h"
#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/mmio.h"
#include "kernel/paging.h"
#include "kernel/time.h"

enum {
	MSR_APIC_BASE = 0x1b,
	MSR_TSC_DEADLINE = 0x6e0,
	MSR_X2APIC = 0x800, /* + offset of the xAPIC register / 16 */
};

/* 10.4.4 IA32_APIC_BASE */
#define APIC_BASE_X2APIC  (1ull << 10)
#define APIC_BASE_ENABLE  (1ull << 11)
#define APIC_BASE_ADDRESS 0x000ffffffffff000ull

/* 10.4.1 registers, as offsets in memory */
enum {
	REG_ID = 0x020,
	REG_TPR = 0x080,
	REG_EOI = 0x0b0,

	REG_SVR = 0x0f0,
	REG_ESR = 0x280,
	REG_ICR = 0x300,
	REG_ICR_HIGH = 0x310,
	REG_VERSION = 0x030,
	REG_LVT_CMCI = 0x2f0,
	REG_LVT_TIMER = 0x320,
	REG_LVT_THERMAL = 0x330,
	REG_LVT_PERFORMANCE = 0x340,
	REG_LVT_LINT0 = 0x350,
	REG_LVT_LINT1 = 0x360,
	REG_LVT_ERROR = 0x370,
	REG_TIMER_INITIAL = 0x380,
	REG_TIMER_CURRENT = 0x390,
	REG_TIMER_DIVIDE = 0x3e0,
	REGISTERS_SIZE = 0x400,
};

/* 10.9 */
#define SVR_ENABLE (1u << 8)

/* 10.5.1 local vector table; 10.6.1 interrupt command */
#define DELIVER_FIXED   (0u << 8)
#define DELIVER_NMI     (4u << 8)
#define DELIVER_INIT    (5u << 8)
#define DELIVER_STARTUP (6u << 8)
#define ICR_BUSY        (1u << 12)
#define ICR_ASSERT      (1u << 14)
#define LVT_MASKED      (1u << 16)
#define LVT_DEADLINE    (2u << 17)
#define VERSION_LVTS(v) ((v) >> 16 & 0xff) /* highest entry, from 0 */

#define DIVIDE_BY_16      0x3u          /* 10.5.4 */
#define CPUID_APIC        (1u << 9)     /* edx */
#define MESSAGE_BASE      0xfee00000ull /* 10.11.1 */
#define MESSAGE_ID_SHIFT  12
#define CALIBRATE_US      5000
#define CALIBRATE_TRIES   3
#define ICR_WAIT_US       10000
#define US_PER_SECOND     1000000ull
#define DEADLINE_DISARMED 0

/* 82093AA data sheet, 3.1 and 3.2. */
enum {
	IOAPIC_SELECT = 0x00,
	IOAPIC_WINDOW = 0x10,
	IOAPIC_SIZE = 0x20,
	IOAPIC_VERSION = 1,
	IOAPIC_ENTRY0 = 0x10, /* low half of entry 0; two registers each */
};

#define IOAPIC_MASKED (1u << 16)

/* Set by the boot processor, read by all. */
static volatile void *base; /* xAPIC mode's registers */
static uint64_t base_address;
static bool present, wide, deadline;
static uint64_t timer_hz; /* of the count, without deadlines */

static uint32_t
reg_read(uint32_t offset)
{
	if (wide)
		return (uint32_t)cpu_rdmsr(MSR_X2APIC + offset / 16);
	return mmio_read32(base, offset);
}

static void
reg_write(uint32_t offset, uint32_t v)
{
	if (wide)
		cpu_wrmsr(MSR_X2APIC + offset / 16, v);
	else
		mmio_write32(base, offset, v);
}

bool
lapic_present(void)
{
	return present;
}

bool
lapic_wide(void)
{
	return wide;
}

uint32_t
lapic_id(void)
{
	return wide ? reg_read(REG_ID) : reg_read(REG_ID) >> 24;
}

/* 10.6.1: the write of the lower half sends. 10.12.9: one write in x2APIC. */
static void
send(uint32_t apic_id, uint32_t command)
{
	if (!present)
		return;
	if (wide) {
		/* 10.12.3: such a write does not wait for earlier stores. */
		__asm__ volatile("mfence; lfence" ::: "memory");
		cpu_wrmsr(MSR_X2APIC + REG_ICR / 16,
		    (uint64_t)apic_id << 32 | command);
		return;
	}
	mmio_write32(base, REG_ICR_HIGH, apic_id << 24);
	mmio_write32(base, REG_ICR, command);
	mmio_wait(base, REG_ICR, ICR_BUSY, 0, ICR_WAIT_US, "lapic", "ICR");
}

void
lapic_send(uint32_t apic_id, uint8_t vector)
{
	send(apic_id, DELIVER_FIXED | ICR_ASSERT | vector);
}

void
lapic_send_nmi(uint32_t apic_id)
{
	send(apic_id, DELIVER_NMI | ICR_ASSERT);
}

void
lapic_send_init(uint32_t apic_id)
{
	send(apic_id, DELIVER_INIT | ICR_ASSERT);
}

void
lapic_send_startup(uint32_t apic_id, uint8_t page)
{
	send(apic_id, DELIVER_STARTUP | ICR_ASSERT | page);
}

uint64_t
lapic_message_address(uint32_t apic_id)
{
	if (apic_id > LAPIC_ID_MAX)
		return 0;
	return MESSAGE_BASE | (uint64_t)apic_id << MESSAGE_ID_SHIFT;
}

uint32_t
lapic_message_data(uint8_t vector)
{
	return DELIVER_FIXED | vector; /* on the edge */
}

/* 10.5.4.1: a deadline of 0 disarms, so a deadline is never 0. */
void
lapic_timer_arm(uint32_t microseconds)
{
	uint64_t hz = deadline ? time_cycles_per_second() : timer_hz;
	uint64_t ticks =
	    (uint64_t)((unsigned __int128)microseconds * hz / US_PER_SECOND) +
	    1;

	if (deadline)
		cpu_wrmsr(MSR_TSC_DEADLINE, cpu_rdtsc() + ticks);
	else if (present)
		reg_write(REG_TIMER_INITIAL,
		    ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX);
}

void
lapic_timer_stop(void)
{
	if (deadline)
		cpu_wrmsr(MSR_TSC_DEADLINE, DEADLINE_DISARMED);
	else if (present)
		reg_write(REG_TIMER_INITIAL, 0);
}

void
lapic_wait(uint32_t microseconds)
{
	if (microseconds > 0)
		lapic_timer_arm(microseconds);
	cpu_wait_interrupt();
	if (microseconds > 0)
		lapic_timer_stop();
}

/*
 * 10.8.5, 10.9: every vector wants an end of interrupt but the spurious one.
 * There is no more to do: who waited looks for work.
 */
void
lapic_interrupt(uint64_t vector)
{
	struct cpu *c = cpu_current();

	if (vector == VECTOR_SPURIOUS)
		return;
	if (vector != VECTOR_WAKE && vector != VECTOR_TIMER)
		c->unexpected_interrupts++;
	if (present)
		reg_write(REG_EOI, 0);
}

/* 10.12.5: from x2APIC mode the way to xAPIC mode is through "disabled". */
static void
set_mode(void)
{
	uint64_t v = cpu_rdmsr(MSR_APIC_BASE);

	if (!wide && (v & APIC_BASE_X2APIC)) {
		v &= ~(APIC_BASE_X2APIC | APIC_BASE_ENABLE);
		cpu_wrmsr(MSR_APIC_BASE, v);
	}
	v = (v & ~APIC_BASE_ADDRESS) | base_address | APIC_BASE_ENABLE;
	cpu_wrmsr(MSR_APIC_BASE, v);
	if (wide)
		cpu_wrmsr(MSR_APIC_BASE, v | APIC_BASE_X2APIC);
}

/*
 * 10.5.1. LINT1 is NMI on every PC. The chipset raises it for hardware that
 * failed; one processor shall hear that.
 */
static void
set_local_vectors(void)
{
	uint32_t highest = VERSION_LVTS(reg_read(REG_VERSION));

	reg_write(REG_LVT_LINT0, LVT_MASKED);
	reg_write(REG_LVT_LINT1,
	    cpu_current()->index == 0 ? DELIVER_NMI : LVT_MASKED);
	reg_write(REG_LVT_ERROR, LVT_MASKED | VECTOR_SPURIOUS);
	if (highest >= 4)
		reg_write(REG_LVT_PERFORMANCE, LVT_MASKED);
	if (highest >= 5)
		reg_write(REG_LVT_THERMAL, LVT_MASKED);
	if (highest >= 6)
		reg_write(REG_LVT_CMCI, LVT_MASKED);
	reg_write(REG_TIMER_INITIAL, 0);
	reg_write(REG_TIMER_DIVIDE, DIVIDE_BY_16);
	reg_write(REG_LVT_TIMER, VECTOR_TIMER | (deadline ? LVT_DEADLINE : 0));
	/* 10.5.4.1: the mode must be set before a deadline is. */
	__asm__ volatile("mfence" ::: "memory");
}

/* 10.4.7, 10.8.3.1: accept every priority, then switch on. */
static void
enable(void)
{
	reg_write(REG_TPR, 0);
	reg_write(REG_SVR, SVR_ENABLE | VECTOR_SPURIOUS);
	reg_write(REG_ESR, 0);
}

/*
 * The count's rate. A virtual machine may lose the processor between count and
 * clock, but then the clock shows more: so the highest of three is right.
 */
static void
measure_timer(void)
{
	uint64_t start, hz;
	uint32_t counted;
	int i;

	reg_write(REG_LVT_TIMER, LVT_MASKED);
	reg_write(REG_TIMER_DIVIDE, DIVIDE_BY_16);
	timer_hz = 0;
	for (i = 0; i < CALIBRATE_TRIES; i++) {
		start = time_us();
		reg_write(REG_TIMER_INITIAL, UINT32_MAX);
		delay_us(CALIBRATE_US);
		counted = UINT32_MAX - reg_read(REG_TIMER_CURRENT);
		hz = counted * US_PER_SECOND / (time_us() - start);
		if (hz > timer_hz)
			timer_hz = hz;
	}
	reg_write(REG_TIMER_INITIAL, 0);
}

static bool
needs_wide(void)
{
	const struct acpi_info *info = acpi_info();
	uint32_t i;

	if (cpu_rdmsr(MSR_APIC_BASE) & APIC_BASE_X2APIC)
		return true;
	if (!cpu_features()->x2apic)
		return false;
	for (i = 0; i < info->cpu_count; i++) {
		if (info->cpu_apic_id[i] > LAPIC_ID_MAX)
			return true;
	}
	return false;
}

/*
 * Nothing is wired to a vector of ours, and a level that stays up would keep
 * us from halting.
 */
static void
mask_ioapic(uint64_t address)
{
	volatile void *io = paging_map_mmio(address, IOAPIC_SIZE);
	uint32_t i, last;

	if (io == NULL)
		return;
	mmio_write32(io, IOAPIC_SELECT, IOAPIC_VERSION);
	last = mmio_read32(io, IOAPIC_WINDOW) >> 16 & 0xff;
	for (i = 0; i <= last; i++) {
		mmio_write32(io, IOAPIC_SELECT, IOAPIC_ENTRY0 + 2 * i);
		mmio_write32(io, IOAPIC_WINDOW,
		    mmio_read32(io, IOAPIC_WINDOW) | IOAPIC_MASKED);
	}
}

/* What holds for all processors. Returns false without a local APIC. */
static bool
choose(void)
{
	uint32_t a, b, c, d, i;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(d & CPUID_APIC))
		return false;
	base_address = cpu_rdmsr(MSR_APIC_BASE) & APIC_BASE_ADDRESS;
	wide = needs_wide();
	if (!wide)
		base = paging_map_mmio(base_address, REGISTERS_SIZE);
	if (!wide && base == NULL)
		return false;
	deadline = cpu_features()->tsc_deadline;
	for (i = 0; i < acpi_info()->ioapic_count; i++)
		mask_ioapic(acpi_info()->ioapic[i]);
	return true;
}

void
lapic_init(void)
{
	bool first = cpu_current()->index == 0;

	if (first)
		present = choose();
	if (!present) {
		log_warn("lapic", "no local APIC");
		return;
	}
	set_mode();
	enable();
	if (first && !deadline)
		measure_timer();
	/* Who halted would not wake again. */
	if (first && !deadline && timer_hz == 0) {
		present = false;
		log_warn("lapic", "not used: its timer does not count");
		return;
	}
	set_local_vectors();
	cpu_current()->apic_id = lapic_id();
	if (first)
		log_info("lapic", "%s, timer by %s", wide ? "x2APIC" : "xAPIC",
		    deadline ? "TSC deadline" : "count");
}
