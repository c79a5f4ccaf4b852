/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a loader to kernel_main().
 *
 *   entry32   Multiboot2: protected mode, paging off
 *             (Multiboot2 specification 3.3, I386 machine state)
 *   entry64   our UEFI loader: long mode, memory below 4 GiB identity-mapped,
 *             rdi = physical address of struct bootinfo
 *
 * Both meet in `meet`, in protected mode with paging off: leaving long mode
 * lets one path build the page tables, and gets rid of 5-level paging where
 * the firmware turned it on. The image may lie at any multiple of 2 MiB below
 * 4 GiB; until the high half is mapped, everything is reached through ebp,
 * the physical address of the image's start.
 */

#define KERNEL_VMA  0xffffffff80200000
#define KERNEL_SIZE 0x200000

#define MULTIBOOT2_HEADER_MAGIC 0xe85250d6
#define MULTIBOOT2_LOADER_MAGIC 0x36d76289

#define CODE64 0x08
#define DATA   0x10
#define CODE32 0x18

#define CR0_PE (1 << 0)
#define CR0_MP (1 << 1)

#define CR0_NE (1 << 5)
#define CR0_WP (1 << 16)
#define CR0_PG (1 << 31)

#define CR4_PAE        (1 << 5)
#define CR4_OSFXSR     (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)
#define CR4_PCIDE      (1 << 17)
#define CR4_CET        (1 << 23)

#define MSR_EFER 0xc0000080
#define EFER_LME (1 << 8)
#define EFER_NXE (1 << 11)

#define CPUID_EXTENDED 0x80000000
#define CPUID_NX       (1 << 20)
#define CPUID_LM       (1 << 29)

#define PTE_PRESENT (1 << 0)
#define PTE_WRITE   (1 << 1)
#define PTE_LARGE   (1 << 7)
#define TABLE       (PTE_PRESENT | PTE_WRITE)
#define LARGE       (PTE_PRESENT | PTE_WRITE | PTE_LARGE)

/* Where symbol s is before the high half is mapped. */
#define NOW(s) (s - KERNEL_VMA)(%ebp)

	/*
	 * Multiboot2 header (3.1.1). The loader may put the image at any
	 * multiple of 2 MiB, as low as it can; no framebuffer is asked for, so
	 * the screen stays in text mode.
	 */
	.section .multiboot, "a", @progbits
	.balign	8
header:
	.long	MULTIBOOT2_HEADER_MAGIC
	.long	0			/* i386, protected mode */
	.long	header_end - header
	.long	-(MULTIBOOT2_HEADER_MAGIC + (header_end - header))
	.balign	8
	.short	3, 0			/* entry address, as linked */
	.long	12
	.long	entry32 - KERNEL_VMA + 0x200000
	.balign	8
	.short	4, 1			/* console: EGA text is fine */
	.long	12
	.long	2
	.balign	8
	.short	10, 0			/* relocatable: min, max, align, low */
	.long	24
	.long	0x200000, 0xffffffff, KERNEL_SIZE, 1
	.balign	8
	.short	0, 0			/* end */
	.long	8
header_end:

	.section .boot.text, "ax", @progbits
	.code32
	.globl	entry32
	.type	entry32, @function
entry32:
	cli
	cld
	movl	%eax, %esi		/* the loader's magic */
	rdtsc
	movl	%eax, %ecx
	/*
	 * Where are we? The second word of the information is reserved and
	 * ours to spoil, the only memory we know of.
	 */
	leal	8(%ebx), %esp
	call	1f
1:	popl	%ebp
	subl	$(1b - KERNEL_VMA), %ebp
	movl	%ecx, NOW(boot_tsc)
	movl	%edx, NOW(boot_tsc + 4)
	movl	%esi, NOW(boot_magic)
	movl	%ebx, NOW(boot_info)
	leal	NOW(__stack_top), %esp
	call	check_long_mode
	jmp	meet
	.size	entry32, . - entry32

	/* Where the processor cannot run us, say so on COM1 and the screen. */
	.type	check_long_mode, @function
check_long_mode:
	movl	$CPUID_EXTENDED, %eax
	cpuid
	cmpl	$(CPUID_EXTENDED + 1), %eax
	jb	1f
	movl	$(CPUID_EXTENDED + 1), %eax
	cpuid
	testl	$CPUID_LM, %edx
	jz	1f
	ret
1:	leal	NOW(no_long_mode), %esi
	movl	$0xb8000, %edi
2:	lodsb
	testb	%al, %al
	jz	4f
	movb	%al, (%edi)
	movb	$0x0f, 1(%edi)
	addl	$2, %edi
	movl	$100000, %ecx
	movb	%al, %ah
	movw	$0x3fd, %dx
3:	inb	%dx, %al		/* transmitter empty, or not there */
	testb	$0x20, %al
	loopz	3b
	movb	%ah, %al
	movw	$0x3f8, %dx
	outb	%al, %dx
	jmp	2b
4:	hlt
	jmp	4b
	.size	check_long_mode, . - check_long_mode

	.code64
	.globl	entry64
	.type	entry64, @function
entry64:
	cli
	cld
	leaq	__image_start(%rip), %rbp
	leaq	__stack_top(%rip), %rsp
	movl	$0, boot_magic(%rip)
	movl	%edi, boot_info(%rip)
	/* With PCIDE paging cannot end, with CET far returns are checked. */
	movq	%cr4, %rax
	andq	$~(CR4_PCIDE | CR4_CET), %rax
	movq	%rax, %cr4
	leaq	gdt(%rip), %rax
	movq	%rax, gdt_base(%rip)
	lgdt	gdt_limit(%rip)
	leaq	leave_long_mode(%rip), %rax
	pushq	$CODE32
	pushq	%rax
	lretq
	.size	entry64, . - entry64

	.code32
leave_long_mode:
	movl	$DATA, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	movl	$(CR0_PE | CR0_NE | CR0_WP), %eax	/* paging off */
	movl	%eax, %cr0

	/* Protected mode, ebp = where the image is, stack in bss. */
	.type	meet, @function
meet:
	xorl	%eax, %eax
	movl	%eax, %cr3
	leal	NOW(__bss_start), %edi
	movl	$__bss_size, %ecx
	shrl	$2, %ecx
	rep stosl

	/* Four tables of 2 MiB pages: the first 4 GiB as they are. */
	leal	NOW(pd_low), %edi
	movl	$LARGE, %eax
	movl	$(4 * 512), %ecx
1:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$0x200000, %eax
	loop	1b
	leal	NOW(pd_low), %eax
	orl	$TABLE, %eax
	leal	NOW(pdpt_low), %edi
	movl	$4, %ecx
2:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$0x1000, %eax
	loop	2b
	leal	NOW(pdpt_low), %eax
	orl	$TABLE, %eax
	movl	%eax, NOW(boot_pml4)

	/* The image, wherever it is, at KERNEL_VMA. */
	leal	LARGE(%ebp), %eax
	movl	%eax, NOW(pd_high + 8)
	leal	NOW(pd_high), %eax
	orl	$TABLE, %eax
	movl	%eax, NOW(pdpt_high + 510 * 8)
	leal	NOW(pdpt_high), %eax
	orl	$TABLE, %eax
	movl	%eax, NOW(boot_pml4 + 511 * 8)

	/* PAE and SSE on, everything else of CR4 off. */
	movl	$(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
	movl	%eax, %cr4
	leal	NOW(boot_pml4), %eax
	movl	%eax, %cr3
	movl	$(CPUID_EXTENDED + 1), %eax
	cpuid
	movl	$EFER_LME, %eax
	testl	$CPUID_NX, %edx
	jz	3f
	orl	$EFER_NXE, %eax
3:	xorl	%edx, %edx
	movl	$MSR_EFER, %ecx
	wrmsr
	movl	$(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
	movl	%eax, %cr0

	/* Compatibility mode, until a 64-bit code segment is loaded. */
	leal	NOW(gdt), %eax
	movl	%eax, NOW(gdt_base)
	movl	$0, NOW(gdt_base + 4)
	lgdt	NOW(gdt_limit)
	leal	NOW(long_mode), %eax
	pushl	$CODE64
	pushl	%eax
	lretl
	.size	meet, . - meet

	.code64
long_mode:
	movq	$high, %rax
	jmp	*%rax
	.type	high, @function
high:
	/* At home: the boot's own addresses are no longer needed. */
	movl	%ebp, %ebx		/* clears the upper half */
	leaq	gdt(%rip), %rax
	movq	%rax, gdt_base(%rip)
	lgdt	gdt_limit(%rip)
	movl	$DATA, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	lldt	%ax
	leaq	__stack_top(%rip), %rsp
	xorl	%ebp, %ebp		/* backtraces end here */
	fninit
	pushq	$0x1f80			/* MXCSR: all exceptions masked */
	ldmxcsr	(%rsp)
	addq	$8, %rsp

	movl	boot_info(%rip), %edi
	movl	boot_magic(%rip), %esi
	testl	%esi, %esi
	jz	1f
	movq	boot_tsc(%rip), %rdx
	movl	%ebx, %ecx
	call	multiboot2_bootinfo
	movq	%rax, %rdi
1:	call	kernel_main
2:	cli
	hlt
	jmp	2b
	.size	high, . - high

	.section .rodata.boot, "a", @progbits
no_long_mode:
	.asciz	"barewire: this processor has no 64-bit mode\r\n"

	/* Not in bss: written before bss is cleared. */
	.section .data.boot, "aw", @progbits
	.balign	8
boot_tsc:
	.quad	0
boot_magic:
	.long	0
boot_info:
	.long	0
	.balign	8
gdt:
	.quad	0
	.quad	0x00af9b000000ffff	/* CODE64 */
	.quad	0x00cf93000000ffff	/* DATA */
	.quad	0x00cf9b000000ffff	/* CODE32 */
gdt_end:
	.balign	8
	.short	0, 0, 0			/* so that the base is aligned */
gdt_limit:
	.short	gdt_end - gdt - 1
gdt_base:
	.quad	0

	/*
	 * The first page tables; kernel/paging.c makes better ones. The other
	 * processors come by these, too (trampoline.S).
	 */
	.section .boot.bss, "aw", @nobits
	.balign	4096
	.globl	boot_pml4
boot_pml4:
	.skip	4096
pdpt_low:
	.skip	4096
pdpt_high:
	.skip	4096
pd_high:
	.skip	4096
pd_low:
	.skip	4 * 4096

	.section .note.GNU-stack, "", @progbits
