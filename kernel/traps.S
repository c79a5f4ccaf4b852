/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the processor enters on an exception or an interrupt. An exception's
 * stub leaves a struct trap_frame (cpu.h) and ends in trap_panic(): no
 * exception of ours is ever returned from. Interrupts, vectors 32 to 255, all
 * go to lapic_interrupt() and return.
 */
	.text

	.macro	TRAP vector, has_error
trap_\vector:
	.if	!\has_error
	pushq	$0
	.endif
	pushq	$\vector
	jmp	trap_common
	.endm

	/* SDM 3, table 6-1: which exceptions push an error code. */
	.irp	v, 0, 1, 2, 3, 4, 5, 6, 7, 9, 15, 16, 18, 19, 20, 22, 23, \
		24, 25, 26, 27, 28, 31
	TRAP	\v, 0
	.endr
	.irp	v, 8, 10, 11, 12, 13, 14, 17, 21, 29, 30
	TRAP	\v, 1
	.endr

	.type	trap_common, @function
trap_common:
	cld
	pushq	%rax
	pushq	%rbx
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	/* The processor aligned the stack; 22 words keep it aligned. */
	movq	%rsp, %rdi
	xorl	%ebp, %ebp
	call	trap_panic
1:	cli
	hlt
	jmp	1b
	.size	trap_common, . - trap_common

	.altmacro
	.macro	INTERRUPT vector
interrupt_\vector:
	pushq	$\vector
	jmp	interrupt_common
	.endm

	.set	v, 32
	.rept	224
	INTERRUPT %v
	.set	v, v + 1
	.endr

	/*
	 * Comes only inside cpu_wait_interrupt(), whose caller expects a call
	 * to spoil these, and the vector registers, which are not saved here
	 * (cpu.h says why they need not be).
	 */
	.type	interrupt_common, @function
interrupt_common:
	cld
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	movq	72(%rsp), %rdi		/* the vector */
	subq	$8, %rsp		/* 16 words: aligned */
	call	lapic_interrupt
	addq	$8, %rsp
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	addq	$8, %rsp
	iretq
	.size	interrupt_common, . - interrupt_common

	/*
	 * void cpu_wait_interrupt(void). Interrupts are on from behind the
	 * instruction that follows sti: none can slip in before the hlt.
	 */
	.globl	cpu_wait_interrupt
	.type	cpu_wait_interrupt, @function
cpu_wait_interrupt:
	pushq	%rbp
	movq	%rsp, %rbp
	sti
	hlt
	cli
	popq	%rbp
	ret
	.size	cpu_wait_interrupt, . - cpu_wait_interrupt

	/* void cpu_load_segments(void): our GDT's code and data segments. */
	.globl	cpu_load_segments
	.type	cpu_load_segments, @function
cpu_load_segments:
	popq	%rax
	pushq	$0x08			/* CPU_CODE_SELECTOR */
	pushq	%rax
	movl	$0x10, %eax		/* CPU_DATA_SELECTOR */
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	xorl	%eax, %eax
	movw	%ax, %fs
	movw	%ax, %gs
	lretq
	.size	cpu_load_segments, . - cpu_load_segments

	.section .rodata
	.balign	8
	.globl	trap_entries
trap_entries:
	.irp	v, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	.quad	trap_\v
	.endr
	.macro	ENTRY vector
	.quad	interrupt_\vector
	.endm
	.set	v, 32
	.rept	224
	ENTRY	%v
	.set	v, v + 1
	.endr

	.section .note.GNU-stack, "", @progbits
