/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables, exception and interrupt entry, processor features.
 * Intel SDM volume 3: 3.5 (descriptors), 6.14 (IDT, IST), 2.5 (control
 * registers); volume 1, 13 (XSAVE state).
 */
#include "kernel/cpu.h"

#include <cpuid.h>
#include <string.h>

#include "kernel/io.h"
#include "kernel/log.h"
#include "kernel/panic.h"
#include "kernel/vector.h"

enum { VECTOR_COUNT = 256 };

enum {
	TRAP_NMI = 2,
	TRAP_DOUBLE_FAULT = 8,
	TRAP_MACHINE_CHECK = 18,
};

enum { MSR_GS_BASE = 0xc0000101 };

enum {
	PIC1 = 0x20,
	PIC2 = 0xa0,
	PIC_INIT = 0x11,   /* ICW1: four words, two chips, by edges */
	PIC_VECTOR = 0x20, /* ICW2 */
	PIC_CASCADE = 2,   /* ICW3: the input that the second is on */
	PIC_8086 = 0x01,   /* ICW4 */
	PORT_DELAY = 0x80, /* nobody's, as slow as the bus */
};

#define CR4_MCE     (1ull << 6)
#define CR4_OSXSAVE (1ull << 18)

/* Interrupt gate, present, ring 0. */
#define GATE_INTERRUPT 0x8e

struct idt_gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist; /* 0: stay on the current stack */
	uint8_t type;
	uint16_t offset_mid;
	uint32_t offset_high;
	uint32_t reserved;
};

_Static_assert(sizeof(struct idt_gate) == 16, "IDT gate size");

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

/* traps.S: the entry of each vector, and the switch to our segments. */
extern const uint64_t trap_entries[VECTOR_COUNT];
void cpu_load_segments(void);

static struct idt_gate idt[VECTOR_COUNT]; /* the same for every processor */
static struct cpu_features features;
static struct vector_offer offered; /* by the processor that booted */
static struct cpu boot_cpu;
static struct cpu_stack boot_stack[CPU_IST_COUNT];

static uint8_t
ist_of(uint32_t vector)
{
	switch (vector) {
	case TRAP_DOUBLE_FAULT:
		return CPU_IST_DOUBLE_FAULT + 1;
	case TRAP_NMI:
		return CPU_IST_NMI + 1;
	case TRAP_MACHINE_CHECK:
		return CPU_IST_MACHINE_CHECK + 1;
	default:
		return 0;
	}
}

static void
idt_fill(void)
{
	uint32_t i;
	uint64_t entry;

	for (i = 0; i < VECTOR_COUNT; i++) {
		entry = trap_entries[i];
		idt[i] = (struct idt_gate){
			.offset_low = (uint16_t)entry,
			.selector = CPU_CODE_SELECTOR,
			.ist = ist_of(i),
			.type = GATE_INTERRUPT,
			.offset_mid = (uint16_t)(entry >> 16),
			.offset_high = (uint32_t)(entry >> 32),
		};
	}
}

static void
gdt_fill(struct cpu *c)
{
	uint64_t base = (uint64_t)(uintptr_t)&c->tss;
	uint64_t limit = sizeof(c->tss) - 1;

	c->gdt[0] = 0;
	c->gdt[1] = 0x00af9b000000ffff; /* code: long mode, ring 0 */
	c->gdt[2] = 0x00cf93000000ffff; /* data: writable, ring 0 */
	c->gdt[3] = limit | (base & 0xffffff) << 16 | 0x89ull << 40 |
	            (base >> 24 & 0xff) << 56; /* available 64-bit TSS */
	c->gdt[4] = base >> 32;
}

static void
vector_read(struct vector_offer *out)
{
	uint32_t a, b, c, d;

	*out = (struct vector_offer){ 0 };
	if (__get_cpuid(1, &a, &b, &c, &d))
		out->leaf1_ecx = c;
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
		out->leaf7_ebx = b;
		out->leaf7_ecx = c;
	}
	if (__get_cpuid(0x80000001, &a, &b, &c, &d))
		out->extended_ecx = c;
	if (__get_cpuid_count(0xd, 0, &a, &b, &c, &d))
		out->states = (uint64_t)d << 32 | a;
}

/* The same on each: what the processor that booted chose, or none of it. */
static void
vector_enable(void)
{
	uint64_t xcr0 = vector_state(&offered);

	if (xcr0 == 0)
		return;
	cpu_write_cr4(cpu_read_cr4() | CR4_OSXSAVE);
	__asm__ volatile(
	    "xsetbv"
	    :
	    : "c"(0), "a"((uint32_t)xcr0), "d"((uint32_t)(xcr0 >> 32)));
	/* What firmware left in the upper halves makes SSE code slow. */
	__asm__ volatile("vzeroupper");
}

static void
brand_read(char out[49])
{
	uint32_t reg[12] = { 0 }, i;
	const char *s;

	if (__get_cpuid_max(0x80000000, NULL) < 0x80000004) {
		strcpy(out, "unnamed x86-64");
		return;
	}
	for (i = 0; i < 3; i++)
		__get_cpuid(0x80000002 + i, &reg[i * 4], &reg[i * 4 + 1],
		    &reg[i * 4 + 2], &reg[i * 4 + 3]);
	s = (const char *)reg;
	for (i = 0; i < 47 && s[i] == ' '; i++)
		;
	memcpy(out, s + i, 48 - i);
	out[48 - i] = '\0';
}

static void
features_read(void)
{
	uint32_t a, b, c, d;

	brand_read(features.brand);
	if (__get_cpuid(1, &a, &b, &c, &d)) {
		features.rdrand = c & bit_RDRND;
		features.x2apic = c & (1u << 21);
		features.tsc_deadline = c & (1u << 24);
		features.hypervisor = c & (1u << 31);
	}
	features.avx2 = vector_has_avx2(&offered);
	features.avx512 = vector_has_avx512(&offered);
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
		features.rdseed = b & bit_RDSEED;
	if (__get_cpuid(0x80000001, &a, &b, &c, &d)) {
		features.nx = d & (1u << 20);
		features.pages_1g = d & (1u << 26);
	}
	if (__get_cpuid(0x80000007, &a, &b, &c, &d))
		features.invariant_tsc = d & (1u << 8);
}

/*
 * We never take interrupts from the two 8259s, but even masked they may raise
 * a spurious one: away from the exceptions' vectors. 8259A data sheet,
 * initialization command words 1 to 4.
 */
static void
pic_mask(void)
{
	static const struct {
		uint16_t port;
		uint8_t value;
	} writes[] = {
		{ PIC1, PIC_INIT },
		{ PIC2, PIC_INIT },
		{ PIC1 + 1, PIC_VECTOR },
		{ PIC2 + 1, PIC_VECTOR + 8 },
		{ PIC1 + 1, 1 << PIC_CASCADE },
		{ PIC2 + 1, PIC_CASCADE },
		{ PIC1 + 1, PIC_8086 },
		{ PIC2 + 1, PIC_8086 },
		{ PIC1 + 1, 0xff },
		{ PIC2 + 1, 0xff },
	};
	size_t i;

	for (i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		outb(writes[i].port, writes[i].value);
		outb(PORT_DELAY, 0); /* old chips want 1 us between two */
	}
}

bool
cpu_setup(struct cpu *c, uint32_t index, struct cpu_stack *stack)
{
	struct table_register gdtr, idtr;
	struct vector_offer mine;
	uint32_t a, b, ecx, d, i;

	c->self = c;
	c->index = index;
	c->stack = stack;
	if (__get_cpuid(1, &a, &b, &ecx, &d))
		c->apic_id = b >> 24;
	for (i = 0; i < CPU_IST_COUNT; i++)
		c->tss.ist[i] = (uint64_t)(uintptr_t)(&stack[i] + 1);
	c->tss.io_map = sizeof(c->tss);
	gdt_fill(c);

	gdtr.limit = sizeof(c->gdt) - 1;
	gdtr.base = (uint64_t)(uintptr_t)c->gdt;
	idtr.limit = sizeof(idt) - 1;
	idtr.base = (uint64_t)(uintptr_t)idt;
	__asm__ volatile("lgdt %0" : : "m"(gdtr));
	cpu_load_segments(); /* clears GS, so its base comes after */
	__asm__ volatile("lidt %0" : : "m"(idtr));
	__asm__ volatile("ltr %w0" : : "r"(CPU_TSS_SELECTOR));
	cpu_wrmsr(MSR_GS_BASE, (uint64_t)(uintptr_t)c);

	/* A machine check shall reach the panic, not reset the machine. */
	cpu_write_cr4(cpu_read_cr4() | CR4_MCE);
	vector_read(&mine);
	if (!vector_covers(&mine, &offered))
		return false;
	vector_enable();
	return true;
}

void
cpu_init(void)
{
	idt_fill();
	vector_read(&offered);
	cpu_setup(&boot_cpu, 0, boot_stack);
	features_read();
	pic_mask();
}

void
cpu_log(void)
{
	log_info("cpu", "%s:%s%s%s%s%s%s%s", features.brand,
	    features.hypervisor ? " virtual" : "",
	    features.pages_1g ? " 1g-pages" : "", features.avx2 ? " avx2" : "",
	    features.avx512 ? " avx512" : "",
	    features.invariant_tsc ? " invariant-tsc" : "",
	    features.rdrand ? " rdrand" : "", features.x2apic ? " x2apic" : "");
	if (!features.nx)
		log_warn("cpu", "no NX: all memory can be executed");
}

const struct cpu_features *
cpu_features(void)
{
	return &features;
}

void
cpu_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}
