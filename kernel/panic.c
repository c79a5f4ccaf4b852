/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Panic and exceptions. Nothing here trusts the machine's state: memory is
 * read only where it is mapped, loops are bounded, and a fault inside a panic
 * leads to a shorter one, then straight to reset.
 */
#include "kernel/panic.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "kernel/acpi.h"
#include "kernel/cpu.h"
#include "kernel/ksyms.h"
#include "kernel/log.h"
#include "kernel/paging.h"
#include "kernel/smp.h"
#include "kernel/time.h"

enum {
	REBOOT_SECONDS = 5,
	BACKTRACE_MAX = 24, /* lines */
	FRAMES_MAX = 1024,
	TRAP_BREAKPOINT = 3,
	TRAP_PAGE_FAULT = 14,
	FAULT_PRESENT = 1 << 0,
	FAULT_WRITE = 1 << 1,
	FAULT_RESERVED = 1 << 3,
	FAULT_FETCH = 1 << 4,
};

/* SDM 3, table 6-1. */
static const char *const trap_names[32] = {
	"divide error",
	"debug",
	"non-maskable interrupt",
	"breakpoint",
	"overflow",
	"bound range exceeded",
	"invalid opcode",
	"device not available",
	"double fault",
	"coprocessor segment overrun",
	"invalid TSS",
	"segment not present",
	"stack fault",
	"general protection",
	"page fault",
	NULL,
	"x87 floating point",
	"alignment check",
	"machine check",
	"SIMD floating point",
	"virtualization",
	"control protection",
};

/* What a panic() is about; printed by the trap that it makes. */
static const char *message;
static int depth;

/* The processor that tells of its end, + 1. The others only stop. */
static uint32_t owner;

/* Makes the panic this processor's. If it is another's, this one ends here. */
static void
claim(void)
{
	uint32_t nobody = 0, me = cpu_current()->index + 1;

	if (__atomic_compare_exchange_n(&owner, &nobody, me, false,
		__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		smp_stop_others();
		return;
	}
	if (nobody == me)
		return;
	smp_stopped();
	cpu_halt();
}

static void
print_symbol(const char *what, uint64_t address)
{
	uint64_t offset = 0;
	const char *name = ksyms_find(address, &offset);

	if (name == NULL)
		log_error(
		    "panic", "%s %016llx", what, (unsigned long long)address);
	else
		log_error("panic", "%s %016llx %s+%#llx", what,
		    (unsigned long long)address, name,
		    (unsigned long long)offset);
}

static void
print_registers(const struct trap_frame *f)
{
	const struct {
		const char *name;
		uint64_t value;
	} r[] = {
		{ "rip", f->rip },
		{ "flags", f->rflags },
		{ "rax", f->rax },
		{ "rbx", f->rbx },
		{ "rcx", f->rcx },
		{ "rdx", f->rdx },
		{ "rsi", f->rsi },
		{ "rdi", f->rdi },
		{ "rbp", f->rbp },
		{ "rsp", f->rsp },
		{ "r8", f->r8 },
		{ "r9", f->r9 },
		{ "r10", f->r10 },
		{ "r11", f->r11 },
		{ "r12", f->r12 },
		{ "r13", f->r13 },
		{ "r14", f->r14 },
		{ "r15", f->r15 },
		{ "cr0", cpu_read_cr0() },
		{ "cr2", cpu_read_cr2() },
		{ "cr3", cpu_read_cr3() },
		{ "cr4", cpu_read_cr4() },
		{ "cs", f->cs },
		{ "error", f->error },
	};
	size_t i;

	/* Two a line: a VGA screen has 80 columns. */
	for (i = 0; i + 1 < sizeof(r) / sizeof(r[0]); i += 2)
		log_error("panic", "%-5s %016llx  %-5s %016llx", r[i].name,
		    (unsigned long long)r[i].value, r[i + 1].name,
		    (unsigned long long)r[i + 1].value);
}

/* The next frame up, or NULL where the chain ends or makes no sense. */
static const uint64_t *
caller(const uint64_t *frame)
{
	uint64_t next = frame[0];

	/* Stacks grow down: a caller's frame is above. */
	if (next <= (uint64_t)(uintptr_t)frame || (next & 7) != 0)
		return NULL;
	return (const uint64_t *)(uintptr_t)next;
}

/*
 * Frame pointers: frame[0] is the caller's, frame[1] the return address. A
 * function that calls itself is one line.
 */
static void
print_backtrace(const struct trap_frame *f)
{
	const uint64_t *frame = (const uint64_t *)(uintptr_t)(f->rbp & ~7ull);
	uint64_t last = 0;
	uint32_t lines = 0, again = 0, steps;

	print_symbol("  at", f->rip);
	for (steps = 0; steps < FRAMES_MAX && lines < BACKTRACE_MAX; steps++) {
		if (frame == NULL || !paging_readable(frame, 16) ||
		    frame[1] == 0)
			break;
		if (frame[1] == last) {
			again++;
		} else {
			if (again > 0)
				log_error("panic", "  by the same, %u times",
				    (unsigned)again);
			/* Behind a call may be another function's start. */
			print_symbol("  by", frame[1] - 1);
			last = frame[1];
			again = 0;
			lines++;
		}
		frame = caller(frame);
	}
	if (again > 0)
		log_error("panic", "  by the same, %u times", (unsigned)again);
}

static void
print_cause(const struct trap_frame *f)
{
	const char *name = f->vector < 32 ? trap_names[f->vector] : NULL;
	uint64_t cr2 = cpu_read_cr2();

	if (f->vector == TRAP_BREAKPOINT && message != NULL) {
		log_error("panic", "%s", message);
	} else if (f->vector == TRAP_PAGE_FAULT) {
		log_error("panic", "page fault: %s %016llx, %s",
		    f->error & FAULT_FETCH   ? "execute at"
		    : f->error & FAULT_WRITE ? "write to"
					     : "read from",
		    (unsigned long long)cr2,
		    f->error & FAULT_RESERVED  ? "broken page table"
		    : f->error & FAULT_PRESENT ? "not allowed"
					       : "not mapped");
	} else {
		log_error("panic", "exception %llu, %s, error code %#llx%s",
		    (unsigned long long)f->vector,
		    name != NULL ? name : "reserved",
		    (unsigned long long)f->error,
		    paging_is_guard(cr2) ? ": stack overflow" : "");
	}
}

static _Noreturn void
reboot(void)
{
	int i;

	log_error("panic", "reboot in %d s", REBOOT_SECONDS);
	log_flush();
	for (i = 0; i < REBOOT_SECONDS; i++)
		delay_us(1000000);
	acpi_reset();
}

void
trap_panic(const struct trap_frame *f)
{
	claim();
	switch (depth++) {
	case 0:
		log_flush();
		print_cause(f);
		log_error(
		    "panic", "on processor %u", (unsigned)cpu_current()->index);
		print_registers(f);
		print_backtrace(f);
		break;
	case 1:
		log_error("panic",
		    "again: exception %llu at %016llx, cr2 %016llx",
		    (unsigned long long)f->vector, (unsigned long long)f->rip,
		    (unsigned long long)cpu_read_cr2());
		break;
	default:
		acpi_reset();
	}
	reboot();
}

void
panic(const char *fmt, ...)
{
	static char text[LOG_LINE_MAX];
	va_list ap;

	claim();
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	message = text;
	/* The trap saves the registers, as for every other panic. */
	for (;;)
		__asm__ volatile("int3");
}
