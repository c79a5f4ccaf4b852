/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's ELF file, inside the UEFI loader. EFI_KERNEL is its path.
 */
	.section .rodata, "a", @progbits
	.globl	efi_kernel, efi_kernel_end
	.balign	4096
efi_kernel:
	.incbin	EFI_KERNEL
efi_kernel_end:

	.section .note.GNU-stack, "", @progbits
