/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bring-up of the other processors, one at a time.
 *
 * Each processor to be woken has a slot with all that it will own. Its state is
 * changed by compare-and-exchange alone, so that who gives up and who arrives
 * agree on which of them was first:
 *
 *   WAITED   us: INIT and SIPI are sent      -> CLAIMED, LATE
 *   CLAIMED  it: alive, uses the slot        -> RUNNING, UNFIT, LATE
 *   RUNNING  it: as good as this processor
 *   UNFIT    it: lacks what we have; stops
 *   LATE     us: nobody waits; it must stop
 *
 * A slot is never used again, whatever becomes of it.
 */
#include "kernel/smp.h"

#include <stddef.h>
#include <string.h>

#include "kernel/acpi.h"
#include "kernel/cpu.h"
#include "kernel/dma.h"
#include "kernel/lapic.h"
#include "kernel/log.h"
#include "kernel/memmap.h"
#include "kernel/paging.h"
#include "kernel/panic.h"
#include "kernel/time.h"

/* SDM 3, 8.4.4.1. */
enum { INIT_US = 10000, STARTUP_US = 200 };

/*
 * On real hardware both are a matter of milliseconds. The processors of a
 * virtual machine may have to wait for a busy host, and one that was given up
 * is lost for good; only one that never comes costs the time.
 */
enum {
	ALIVE_US = 10000000, /* from the second SIPI to a sign of life */
	READY_US = 10000000, /* for each of its steps to being in use */
	POLL_US = 10,
	STOP_US = 100000, /* for an NMI to stop the others */
	TSC_ROUNDS = 32,
	TSC_TOLERATED_US = 2,
};

#define LOW_LIMIT 0xa0000ull /* a SIPI names no page above */

enum slot_state {
	SLOT_FREE,
	SLOT_WAITED,
	SLOT_CLAIMED,
	SLOT_RUNNING,
	SLOT_UNFIT,
	SLOT_LATE,
};

/* Both sides of the comparison of TSCs take turns in a line of their own. */
struct handshake {
	uint32_t asked __attribute__((aligned(64)));
	uint32_t answered __attribute__((aligned(64)));
	uint64_t tsc;
};

struct smp_slot {
	uint32_t apic_id;
	uint32_t state;     /* enum slot_state */
	uint64_t stack_top; /* up to here trampoline.S knows the layout */
	uint32_t index;
	struct cpu_stack *ist;
	struct handshake tsc;
} __attribute__((aligned(256)));

_Static_assert(offsetof(struct smp_slot, apic_id) == 0, "trampoline.S");
_Static_assert(offsetof(struct smp_slot, state) == 4, "trampoline.S");
_Static_assert(offsetof(struct smp_slot, stack_top) == 8, "trampoline.S");
_Static_assert(sizeof(struct smp_slot) == 256, "trampoline.S");
_Static_assert(SMP_MAX == 16, "trampoline.S");
_Static_assert(SLOT_WAITED == 1 && SLOT_CLAIMED == 2, "trampoline.S");

enum { STACK_PAGES = 16 };

/* What a processor runs on; the guard pages are taken out of the tables. */
struct smp_stacks {
	uint8_t guard[PAGE_SIZE];
	uint8_t memory[STACK_PAGES * PAGE_SIZE];
	struct cpu_stack ist[CPU_IST_COUNT];
};

/* boot/trampoline.S: what is copied, and what is filled in. */
extern const uint8_t trampoline_start[], trampoline_end[];
extern const uint8_t trampoline_far32[], trampoline_far64[];
extern const uint8_t trampoline_gdt[], trampoline_cr3[];
extern uint64_t boot_pml4[];
_Noreturn void smp_park(void);

/* trampoline.S sees these two, and calls the third. */
struct smp_slot smp_slots[SMP_MAX];
uint64_t smp_cr3;
_Noreturn void smp_arrive(struct smp_slot *s);

static uint64_t page; /* of the trampoline; 0: there is none */
static void (*entry_point)(uint32_t index);
static struct cpu cpus[SMP_MAX]; /* of slots; the boot processor has its own */
static struct cpu *running[SMP_MAX];
static uint32_t running_count; /* 0 before smp_start() */
static uint32_t stopped;       /* bit n: processor n has, for a panic */

static bool
change(struct smp_slot *s, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(
	    &s->state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static uint32_t
look(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

/* The TSC, after everything before and before everything behind. */
static uint64_t
ordered_tsc(void)
{
	uint64_t v;

	__asm__ volatile("lfence" ::: "memory");
	v = cpu_rdtsc();
	__asm__ volatile("lfence" ::: "memory");
	return v;
}

/* The other side of measure_tsc(): answers, or stops if nobody asks. */
static void
answer_tsc(struct smp_slot *s)
{
	uint32_t round;

	for (round = 1; round <= TSC_ROUNDS + 1; round++) {
		while (look(&s->tsc.asked) < round) {
			if (look(&s->state) != SLOT_CLAIMED)
				smp_park();
			cpu_pause();
		}
		s->tsc.tsc = ordered_tsc();
		__atomic_store_n(&s->tsc.answered, round, __ATOMIC_RELEASE);
	}
}

void
smp_arrive(struct smp_slot *s)
{
	struct cpu *c = &cpus[s - smp_slots];

	paging_load();
	if (!cpu_setup(c, s->index, s->ist)) {
		change(s, SLOT_CLAIMED, SLOT_UNFIT);
		smp_park();
	}
	lapic_init();
	answer_tsc(s);
	if (!change(s, SLOT_CLAIMED, SLOT_RUNNING))
		smp_park();
	entry_point(s->index);
	panic("the work of processor %u has ended", (unsigned)s->index);
}

/* Waits until the state is no longer `from`. */
static bool
wait_state(struct smp_slot *s, uint32_t from, uint32_t timeout_us)
{
	uint64_t start = time_us();

	while (look(&s->state) == from) {
		if (time_us() - start >= timeout_us)
			return false;
		cpu_pause();
	}
	return true;
}

static bool
wait_answer(const struct smp_slot *s, uint32_t round)
{
	uint64_t start = time_us();

	while (look(&s->tsc.answered) < round) {
		if (look(&s->state) != SLOT_CLAIMED ||
		    time_us() - start >= READY_US)
			return false;
		cpu_pause();
	}
	return true;
}

/*
 * How far the other's TSC is ahead of ours: its reading lies between two of
 * ours, and the closest of several rounds counts. What those two leave open is
 * no difference. Returns false when it does not answer.
 */
static bool
measure_tsc(struct smp_slot *s, int64_t *ahead)
{
	uint64_t before, after, closest = UINT64_MAX;
	uint32_t round;

	for (round = 1; round <= TSC_ROUNDS; round++) {
		before = ordered_tsc();
		__atomic_store_n(&s->tsc.asked, round, __ATOMIC_RELEASE);
		if (!wait_answer(s, round))
			return false;
		after = ordered_tsc();
		if (after - before >= closest)
			continue;
		closest = after - before;
		*ahead = (int64_t)(s->tsc.tsc - before - closest / 2);
	}
	if ((uint64_t)(*ahead < 0 ? -*ahead : *ahead) <= closest / 2)
		*ahead = 0;
	return true;
}

static void
correct_tsc(struct cpu *c, uint32_t apic_id, int64_t ahead)
{
	int64_t hz = (int64_t)time_cycles_per_second();
	int64_t us = ahead / (hz / 1000000);

	if (us >= -TSC_TOLERATED_US && us <= TSC_TOLERATED_US)
		return;
	c->tsc_ahead = ahead;
	log_warn("smp", "apic %u: its TSC is %lld us off; corrected",
	    (unsigned)apic_id, (long long)us);
}

/* From CLAIMED to RUNNING: the clock, then the last step is the other's. */
static bool
admit(struct smp_slot *s)
{
	int64_t ahead = 0;

	if (!measure_tsc(s, &ahead)) {
		change(s, SLOT_CLAIMED, SLOT_LATE);
		return false;
	}
	correct_tsc(&cpus[s - smp_slots], s->apic_id, ahead);
	/* From here on a panic of either has to stop the other. */
	running[running_count] = &cpus[s - smp_slots];
	__atomic_store_n(&running_count, running_count + 1, __ATOMIC_RELEASE);
	__atomic_store_n(&s->tsc.asked, TSC_ROUNDS + 1, __ATOMIC_RELEASE);
	if (wait_state(s, SLOT_CLAIMED, READY_US))
		return true;
	if (!change(s, SLOT_CLAIMED, SLOT_LATE))
		return true;
	running_count--;
	return false;
}

/* INIT, SIPI, SIPI (SDM 3, 8.4.4.1), and the wait for a sign of life. */
static bool
wake(struct smp_slot *s)
{
	__atomic_store_n(&s->state, SLOT_WAITED, __ATOMIC_RELEASE);
	lapic_send_init(s->apic_id);
	delay_us(INIT_US);
	lapic_send_startup(s->apic_id, (uint8_t)(page / PAGE_SIZE));
	if (!wait_state(s, SLOT_WAITED, STARTUP_US))
		lapic_send_startup(s->apic_id, (uint8_t)(page / PAGE_SIZE));
	return wait_state(s, SLOT_WAITED, ALIVE_US);
}

/* One that does not run after this never will. */
static void
start_one(struct smp_slot *s)
{
	if (!wake(s) && change(s, SLOT_WAITED, SLOT_LATE)) {
		log_warn("smp", "apic %u did not start within %d ms",
		    (unsigned)s->apic_id, ALIVE_US / 1000);
		return;
	}
	if (!admit(s))
		log_warn("smp", "apic %u %s", (unsigned)s->apic_id,
		    look(&s->state) == SLOT_UNFIT
			? "lacks instructions of the first: not used"
			: "started, and stopped on its way");
}

static bool
make_slot(struct smp_slot *s, uint32_t apic_id)
{
	struct smp_stacks *m = dma_alloc(sizeof(*m), PAGE_SIZE);
	uint32_t i;

	if (m == NULL)
		return false;
	paging_guard(m->guard);
	for (i = 0; i < CPU_IST_COUNT; i++)
		paging_guard(m->ist[i].guard);
	s->apic_id = apic_id;
	s->stack_top = (uint64_t)(uintptr_t)(m->memory + sizeof(m->memory));
	s->ist = m->ist;
	return true;
}

static void
fill_in(const uint8_t *where, uint32_t v)
{
	uint8_t *p = (uint8_t *)(uintptr_t)page + (where - trampoline_start);
	uint32_t offset;

	memcpy(&offset, p, sizeof(offset));
	v += offset;
	memcpy(p, &v, sizeof(v));
}

static void
copy_trampoline(void)
{
	memcpy((void *)(uintptr_t)page, trampoline_start,
	    (size_t)(trampoline_end - trampoline_start));
	fill_in(trampoline_far32, (uint32_t)page);
	fill_in(trampoline_far64, (uint32_t)page);
	fill_in(trampoline_gdt, (uint32_t)page);
	/* The image is below 4 GiB, and these tables are in it. */
	fill_in(trampoline_cr3, (uint32_t)paging_image_address(boot_pml4));
	smp_cr3 = paging_root();
}

void
smp_reserve(const struct bootinfo *bi)
{
	static struct memmap low;
	uint64_t base, size;
	uint32_t i;

	memmap_collect(&low, bi->mem, bi->mem_count, 1u << BOOT_MEM_USABLE);
	memmap_remove(&low, 0, PAGE_SIZE);
	memmap_remove(&low, bi->kernel_base, KERNEL_BLOCK_SIZE);
	memmap_remove(&low, (uint64_t)(uintptr_t)bi, sizeof(*bi));
	for (i = 0; i < bi->file_count; i++)
		memmap_remove(&low, bi->file[i].addr, bi->file[i].size);
	log_region(&base, &size);
	memmap_remove(&low, base, size);
	page = memmap_take(&low, PAGE_SIZE, PAGE_SIZE, LOW_LIMIT);
}

static void
start_others(const uint32_t *apic_id, uint32_t n)
{
	struct smp_slot *s;
	uint32_t i;

	copy_trampoline();
	for (i = 1; i < n; i++) {
		s = &smp_slots[i];
		if (!make_slot(s, apic_id[i])) {
			log_warn("smp", "no memory to start apic %u",
			    (unsigned)apic_id[i]);
			return;
		}
		s->index = running_count;
		start_one(s);
	}
}

uint32_t
smp_start(void (*entry)(uint32_t index))
{
	uint32_t apic_id[SMP_MAX], left_out = 0, n;

	entry_point = entry;
	running[0] = cpu_current();
	running_count = 1;
	n = smp_select(
	    acpi_info(), running[0]->apic_id, lapic_wide(), apic_id, &left_out);
	if (left_out > 0)
		log_warn("smp", "%u more processors are not used",
		    (unsigned)left_out);
	if (n > 1 && page == 0)
		log_warn("smp", "no memory below 640 KiB to start others in");
	else if (n > 1 && lapic_present())
		start_others(apic_id, n);
	log_info("smp", "%u processor%s", (unsigned)running_count,
	    running_count == 1 ? "" : "s");
	return running_count;
}

uint32_t
smp_count(void)
{
	return running_count > 0 ? running_count : 1;
}

uint32_t
smp_apic_id(uint32_t index)
{
	KASSERT(index < running_count);
	return running[index]->apic_id;
}

uint64_t
smp_unexpected_interrupts(void)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < running_count; i++)
		sum += __atomic_load_n(
		    &running[i]->unexpected_interrupts, __ATOMIC_RELAXED);
	return sum;
}

void
smp_stopped(void)
{
	/* Maybe again: one that stopped by itself gets the NMI, too. */
	__atomic_or_fetch(
	    &stopped, 1u << cpu_current()->index, __ATOMIC_RELEASE);
}

void
smp_stop_others(void)
{
	const struct cpu *me = cpu_current();
	uint64_t start = time_us();
	uint32_t all, i;

	if (running_count < 2)
		return;
	all = (1u << running_count) - 1;
	for (i = 0; i < running_count; i++) {
		if (running[i] != me)
			lapic_send_nmi(running[i]->apic_id);
	}
	while ((look(&stopped) | 1u << me->index) != all &&
	       time_us() - start < STOP_US)
		cpu_pause();
}
