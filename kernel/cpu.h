/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One processor: descriptor tables, exception stacks, features.
 * Intel SDM volume 3, chapters 2, 6 and 7.
 *
 * Everything a processor owns is in its struct cpu, reached through GS, so
 * that a second processor needs only a second struct.
 */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGE_SIZE = 4096 };

/* Exceptions that cannot trust the current stack get one of their own. */
enum cpu_ist {
	CPU_IST_DOUBLE_FAULT,
	CPU_IST_NMI,
	CPU_IST_MACHINE_CHECK,
	CPU_IST_COUNT,
};

enum { CPU_IST_STACK_SIZE = 4 * PAGE_SIZE };

/* The guard page is taken out of the page tables by paging_init(). */
struct cpu_stack {
	uint8_t guard[PAGE_SIZE];
	uint8_t memory[CPU_IST_STACK_SIZE];
} __attribute__((aligned(PAGE_SIZE)));

/* 64-bit task state segment (SDM 3, 8.7). */
struct cpu_tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map;
} __attribute__((packed));

_Static_assert(sizeof(struct cpu_tss) == 104, "TSS size");

enum { CPU_CODE_SELECTOR = 0x08, CPU_DATA_SELECTOR = 0x10 };
enum { CPU_TSS_SELECTOR = 0x18, CPU_GDT_ENTRIES = 5 };

struct cpu {
	struct cpu *self; /* at GS:0 */
	uint32_t index;   /* 0 is the processor that booted */
	uint32_t apic_id;
	int64_t tsc_ahead; /* of the processor that booted; see smp.c */
	uint64_t unexpected_interrupts;
	struct cpu_stack *stack; /* CPU_IST_COUNT of them */
	uint64_t gdt[CPU_GDT_ENTRIES];
	struct cpu_tss tss;
} __attribute__((aligned(64)));

struct cpu_features {
	char brand[49]; /* the processor's own name */
	bool nx;
	bool pages_1g;
	bool avx2;   /* usable: the state is enabled too, on every processor */
	bool avx512; /* the same: F, CD, BW, DQ and VL */
	bool invariant_tsc;
	bool rdrand;
	bool rdseed;
	bool x2apic;
	bool tsc_deadline; /* of the local APIC's timer */
	bool hypervisor;
};

/* What the stubs in traps.S leave on the stack. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

_Static_assert(sizeof(struct trap_frame) == 22 * 8, "see traps.S");

/*
 * Takes over the processor that booted: descriptor tables, exceptions, GS,
 * vector state. First of all calls: a fault before it resets the machine.
 */
void cpu_init(void);

/*
 * The same for any processor, which runs the call itself. The CPU_IST_COUNT
 * stacks at `stack`, and `c`, but for its tsc_ahead, are zeroed memory that
 * stays. False when it lacks instructions or vector state that the processor
 * that booted has: it must run no code of ours that is chosen by these.
 */
bool cpu_setup(struct cpu *c, uint32_t index, struct cpu_stack *stack);

/* Logs what the processor is and can do. */
void cpu_log(void);

const struct cpu_features *cpu_features(void);

/*
 * Halts until an interrupt comes, or takes one that is pending: the only place
 * where interrupts are on. All code runs with them off.
 *
 * That is why no entry of traps.S saves a vector register (SSE, AVX, AVX-512),
 * whatever the compiler makes of the C code behind it. To its caller this is a
 * call, which may spoil all of them (System V ABI, 3.2.1), so none is live when
 * an interrupt comes. An exception or an NMI, which comes anywhere, ends in a
 * panic and is never returned from.
 */
void cpu_wait_interrupt(void);

#ifdef BAREWIRE_HOST
/* On the host the test that links the caller has these. */
struct cpu *cpu_current(void);
uint64_t cpu_rdmsr(uint32_t msr);
void cpu_wrmsr(uint32_t msr, uint64_t v);
#else
static inline struct cpu *
cpu_current(void)
{
	struct cpu *c;

	__asm__("movq %%gs:0, %0" : "=r"(c));
	return c;
}

static inline uint64_t
cpu_rdmsr(uint32_t msr)
{
	uint32_t lo, hi;

	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr) : "memory");
	return (uint64_t)hi << 32 | lo;
}

static inline void
cpu_wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32))
			 : "memory");
}
#endif

/* Stops this processor for good. */
_Noreturn void cpu_halt(void);

static inline void
cpu_pause(void)
{
	__asm__ volatile("pause" ::: "memory");
}

static inline uint64_t
cpu_rdtsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

#define CPU_READ_CR(n)                                                         \
	static inline uint64_t cpu_read_cr##n(void)                            \
	{                                                                      \
		uint64_t v;                                                    \
                                                                               \
		__asm__ volatile("movq %%cr" #n ", %0" : "=r"(v));             \
		return v;                                                      \
	}
#define CPU_WRITE_CR(n)                                                        \
	static inline void cpu_write_cr##n(uint64_t v)                         \
	{                                                                      \
		__asm__ volatile("movq %0, %%cr" #n : : "r"(v) : "memory");    \
	}

CPU_READ_CR(0)
CPU_READ_CR(2)
CPU_READ_CR(3)
CPU_READ_CR(4)
CPU_WRITE_CR(0)
CPU_WRITE_CR(3)
CPU_WRITE_CR(4)

#endif
