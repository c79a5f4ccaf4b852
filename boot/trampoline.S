/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the other processors start: from the reset state that INIT leaves
 * (Intel SDM volume 3, 8.4.4 and table 9-1) to smp_arrive() in kernel/smp.c.
 *
 * smp.c copies trampoline_start .. trampoline_end to a page below 640 KiB,
 * fills in the addresses at its end, and leaves it there for good: a
 * processor that comes late finds the same code, then no place in smp_slots,
 * and stops. Nothing here uses a stack, so any number may pass at once.
 *
 * The first page tables are the loader's (entry.S), which map the first 4 GiB
 * and the kernel, all executable; the kernel's own, which would not let this
 * page run, follow as soon as the high half is reached.
 */
#define CODE32 0x08
#define DATA   0x10
#define CODE64 0x18

#define CR0_PE (1 << 0)
#define CR0_MP (1 << 1)
#define CR0_NE (1 << 5)
#define CR0_WP (1 << 16)
#define CR0_PG (1 << 31)

#define CR4_PAE        (1 << 5)
#define CR4_OSFXSR     (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)

#define MSR_EFER 0xc0000080
#define EFER_LME (1 << 8)
#define EFER_NXE (1 << 11)

#define CPUID_TOPOLOGY 0x0b
#define CPUID_EXTENDED 0x80000000
#define CPUID_NX       (1 << 20)

/* kernel/smp.h and smp.c: struct smp_slot. */
#define SMP_MAX      16
#define SLOT_APIC_ID 0
#define SLOT_STATE   4
#define SLOT_STACK   8
#define SLOT_SIZE    256
#define SLOT_WAITED  1
#define SLOT_CLAIMED 2

/* Where symbol s is in the copy; all its offsets are known here. */
#define AT(s) ((s) - trampoline_start)

	.section .rodata.trampoline, "a", @progbits
	.balign	16
	.globl	trampoline_start
trampoline_start:
	.code16
	cli
	cld
	movw	%cs, %ax
	movw	%ax, %ds
	xorl	%ebp, %ebp
	movw	%ax, %bp
	shll	$4, %ebp		/* where the page is */
	lgdtl	AT(gdt_limit)
	movl	$(CR0_PE | CR0_NE), %eax	/* caches on, too */
	movl	%eax, %cr0
	ljmpl	*AT(trampoline_far32)

	.code32
protected:
	movl	$DATA, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	movl	$(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
	movl	%eax, %cr4
	movl	AT(trampoline_cr3)(%ebp), %eax
	movl	%eax, %cr3
	movl	$(CPUID_EXTENDED + 1), %eax
	cpuid
	movl	$EFER_LME, %eax
	testl	$CPUID_NX, %edx
	jz	1f
	orl	$EFER_NXE, %eax
1:	xorl	%edx, %edx
	movl	$MSR_EFER, %ecx
	wrmsr
	movl	$(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
	movl	%eax, %cr0
	ljmpl	*AT(trampoline_far64)(%ebp)

	.code64
long_mode:
	movq	$high, %rax
	jmp	*%rax

	.balign	8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* CODE32 */
	.quad	0x00cf93000000ffff	/* DATA */
	.quad	0x00af9b000000ffff	/* CODE64 */
gdt_end:
	/* Where something is in the copy; smp.c adds the page's address. */
	.globl	trampoline_far32, trampoline_far64, trampoline_gdt
trampoline_far32:
	.long	AT(protected)
	.long	CODE32
trampoline_far64:
	.long	AT(long_mode)
	.long	CODE64
	.short	0			/* so that the base is aligned */
gdt_limit:
	.short	gdt_end - gdt - 1
trampoline_gdt:
	.long	AT(gdt)
	.globl	trampoline_cr3
trampoline_cr3:
	.long	0
	.globl	trampoline_end
trampoline_end:

	.section .text.trampoline, "ax", @progbits
	.type	high, @function
high:
	movl	$DATA, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	/* Who am I? The 32-bit id if there is one, as the MADT has it. */
	xorl	%eax, %eax
	cpuid
	cmpl	$CPUID_TOPOLOGY, %eax
	jb	1f
	movl	$CPUID_TOPOLOGY, %eax
	xorl	%ecx, %ecx
	cpuid
	testl	%ebx, %ebx
	jnz	2f
1:	movl	$1, %eax
	cpuid
	movl	%ebx, %edx
	shrl	$24, %edx
	/* Is anybody waiting for me? */
2:	leaq	smp_slots(%rip), %rdi
	movl	$SMP_MAX, %ecx
3:	movl	$SLOT_WAITED, %eax
	movl	$SLOT_CLAIMED, %r8d
	cmpl	%edx, SLOT_APIC_ID(%rdi)
	jne	4f
	lock cmpxchgl %r8d, SLOT_STATE(%rdi)
	je	5f
4:	addq	$SLOT_SIZE, %rdi
	loop	3b
	jmp	smp_park
	/* The stack is where only the kernel's own tables reach. */
5:	movq	smp_cr3(%rip), %rax
	movq	%rax, %cr3
	movq	SLOT_STACK(%rdi), %rsp
	xorl	%ebp, %ebp		/* backtraces end here */
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	lldt	%ax
	fninit
	pushq	$0x1f80			/* MXCSR: all exceptions masked */
	ldmxcsr	(%rsp)
	addq	$8, %rsp
	call	smp_arrive
	.size	high, . - high

	/* void smp_park(void): stops this processor, whatever wakes it. */
	.globl	smp_park
	.type	smp_park, @function
smp_park:
	cli
	hlt
	jmp	smp_park
	.size	smp_park, . - smp_park

	.section .note.GNU-stack, "", @progbits
