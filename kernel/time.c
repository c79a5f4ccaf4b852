/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TSC's frequency, measured against a clock that is known: the ACPI PM
 * timer, or else the PIT's channel 2, or else what CPUID says.
 *
 * A virtual machine may lose the processor in the middle of a measurement.
 * So each end of it is bracketed by two TSC reads, and of three measurements
 * the one with the tightest brackets counts.
 */
#include "kernel/time.h"

#include <cpuid.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel/acpi.h"
#include "kernel/clock.h"
#include "kernel/cpu.h"
#include "kernel/io.h"
#include "kernel/log.h"
#include "kernel/panic.h"

enum {
	PM_TIMER_HZ = 3579545,
	PM_TIMER_TICKS = PM_TIMER_HZ / 100, /* 10 ms a measurement */
	PIT_HZ = 1193182,
	PIT_TICKS = PIT_HZ / 100,
	TRIES = 3,
	SAMPLE_TRIES = 8,
};

/* 8254 channel 2, gated by the speaker's port. */
enum {
	PIT_CHANNEL2 = 0x42,
	PIT_COMMAND = 0x43,
	PIT_MODE0_CHANNEL2 = 0xb0, /* low byte then high, count once */
	SPEAKER = 0x61,
	SPEAKER_GATE = 0x01,
	SPEAKER_DATA = 0x02,
	SPEAKER_OUT = 0x20,
};

/* No TSC is faster, so before calibration time only runs slow, and never
 * jumps back. A clock that has not ticked enough by LOST is broken. */
#define FASTEST_HZ 10000000000ull
#define SLOWEST_HZ 100000000ull
#define LOST       (FASTEST_HZ / 4)

struct measurement {
	uint64_t hz;
	uint64_t doubt; /* cycles that the two ends may be off by */
};

/* Every core reads the clock each turn: on a cache line that nobody writes. */
static struct {
	_Alignas(64) uint64_t start; /* TSC at time 0 */
	uint64_t hz;
	uint64_t scale;
} timebase = { .hz = FASTEST_HZ };

uint64_t
time_cycles(void)
{
	return cpu_rdtsc();
}

uint64_t
time_cycles_per_second(void)
{
	return timebase.hz;
}

uint64_t
time_us(void)
{
	uint64_t now = cpu_rdtsc() - (uint64_t)cpu_current()->tsc_ahead;

	return clock_us(now - timebase.start, timebase.scale);
}

void
delay_us(uint32_t us)
{
	uint64_t start = cpu_rdtsc();
	uint64_t cycles =
	    (uint64_t)((unsigned __int128)us * timebase.hz / 1000000) + 1;

	while (cpu_rdtsc() - start < cycles)
		cpu_pause();
}

/* The PM timer and the TSC at one moment; *doubt is how long that took. */
static uint32_t
pm_sample(uint64_t *tsc, uint64_t *doubt)
{
	uint64_t before, after;
	uint32_t now, ticks = 0;
	int i;

	*doubt = UINT64_MAX;
	for (i = 0; i < SAMPLE_TRIES; i++) {
		before = cpu_rdtsc();
		now = acpi_pm_timer_read();
		after = cpu_rdtsc();
		if (after - before < *doubt) {
			*doubt = after - before;
			*tsc = before + *doubt / 2;
			ticks = now;
		}
	}
	return ticks;
}

static bool
pm_measure(struct measurement *m)
{
	uint64_t tsc0 = 0, tsc1 = 0, doubt0, doubt1;
	uint32_t ticks0, ticks, mask = acpi_pm_timer_mask();

	ticks0 = pm_sample(&tsc0, &doubt0);
	do {
		cpu_pause();
		ticks = (acpi_pm_timer_read() - ticks0) & mask;
		if (cpu_rdtsc() - tsc0 > LOST)
			return false;
	} while (ticks < PM_TIMER_TICKS);
	ticks = (pm_sample(&tsc1, &doubt1) - ticks0) & mask;
	if (ticks < PM_TIMER_TICKS)
		return false;
	m->hz =
	    (uint64_t)((unsigned __int128)(tsc1 - tsc0) * PM_TIMER_HZ / ticks);
	m->doubt = doubt0 + doubt1;
	return true;
}

static bool
pit_measure(struct measurement *m)
{
	uint64_t tsc0, tsc1, start;
	uint8_t speaker = inb(SPEAKER);

	outb(SPEAKER, (uint8_t)((speaker & ~SPEAKER_DATA) | SPEAKER_GATE));
	outb(PIT_COMMAND, PIT_MODE0_CHANNEL2);
	outb(PIT_CHANNEL2, PIT_TICKS & 0xff);
	start = cpu_rdtsc();
	outb(PIT_CHANNEL2, PIT_TICKS >> 8); /* counts from here */
	tsc0 = cpu_rdtsc();
	tsc1 = tsc0;
	while (!(inb(SPEAKER) & SPEAKER_OUT)) {
		if (tsc1 - tsc0 > LOST)
			break;
		tsc1 = cpu_rdtsc();
	}
	m->doubt = tsc0 - start;
	start = tsc1;
	tsc1 = cpu_rdtsc();
	m->doubt += tsc1 - start;
	outb(SPEAKER, speaker);
	/* Out at once, or never: no PIT. */
	if (tsc1 - tsc0 < SLOWEST_HZ / 200 || tsc1 - tsc0 > LOST)
		return false;
	m->hz = (tsc1 - tsc0) * PIT_HZ / PIT_TICKS;
	return true;
}

/* Leaf 0x15 gives the frequency, 0x16 the nominal one in MHz. */
static bool
cpuid_measure(struct measurement *m)
{
	uint32_t a, b, c, d;

	m->doubt = 0;
	if (__get_cpuid(0x15, &a, &b, &c, &d) && a != 0 && b != 0 && c != 0)
		m->hz = (uint64_t)c * b / a;
	else if (__get_cpuid(0x16, &a, &b, &c, &d))
		m->hz = (uint64_t)(a & 0xffff) * 1000000;
	else
		return false;
	return true;
}

/* The tightest of three; fails when the clock fails once. */
static bool
best_of(bool (*measure)(struct measurement *), struct measurement *best)
{
	struct measurement m = { 0, 0 };
	int i;

	best->doubt = UINT64_MAX;
	for (i = 0; i < TRIES; i++) {
		if (!measure(&m) || m.hz < SLOWEST_HZ || m.hz > FASTEST_HZ)
			return false;
		if (m.doubt < best->doubt)
			*best = m;
	}
	return true;
}

void
time_start(uint64_t handover_tsc)
{
	timebase.start = handover_tsc;
	if (timebase.start == 0 || timebase.start > cpu_rdtsc())
		timebase.start = cpu_rdtsc();
	timebase.scale = clock_scale(timebase.hz);
}

void
time_init(void)
{
	struct measurement m = { 0, 0 };
	const char *clock = NULL;

	if (acpi_pm_timer_present() && best_of(pm_measure, &m))
		clock = "the ACPI PM timer";
	else if (best_of(pit_measure, &m))
		clock = "the PIT";
	else if (best_of(cpuid_measure, &m))
		clock = "CPUID";
	else
		panic("no clock to measure the TSC against");
	timebase.hz = m.hz;
	timebase.scale = clock_scale(timebase.hz);
	log_info("time", "TSC at %llu kHz by %s",
	    (unsigned long long)timebase.hz / 1000, clock);
	if (!cpu_features()->invariant_tsc && !cpu_features()->hypervisor)
		log_warn("time", "the TSC may change its rate");
}
