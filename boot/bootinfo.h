/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a loader hands to the kernel. The UEFI loader (efi.c) and the Multiboot2
 * entry (multiboot2.c) both fill this one struct, so that the kernel cannot
 * tell them apart.
 *
 * All addresses are physical; all sizes are bytes. Strings end in NUL.
 * The struct and everything it points to stays untouched until the kernel has
 * taken what it needs: the loader keeps it out of the BOOT_MEM_USABLE ranges.
 */
#ifndef BOOT_BOOTINFO_H
#define BOOT_BOOTINFO_H

#include <stdint.h>

#define BOOTINFO_MAGIC 0x3145524957455242ull /* "BREWIRE1", little endian */

enum {
	BOOT_MEM_MAX = 256,
	BOOT_FILE_MAX = 64,
	BOOT_NAME_MAX = 64,
};

enum boot_mem_type {
	BOOT_MEM_RESERVED = 0, /* firmware, devices, holes: never touched */
	BOOT_MEM_USABLE,       /* free RAM */
	BOOT_MEM_LOADER,       /* RAM with the kernel, files or this struct */
	BOOT_MEM_ACPI,         /* RAM with ACPI tables: mapped, read only */
};

struct boot_mem {
	uint64_t base;
	uint64_t size;
	uint32_t type; /* enum boot_mem_type */
	uint32_t reserved;
};

/* A file from the root folder of the config volume. */
struct boot_file {
	char name[BOOT_NAME_MAX];
	uint64_t addr;
	uint64_t size;
};

enum boot_fb_type {
	BOOT_FB_NONE = 0,
	BOOT_FB_TEXT, /* VGA text cells at addr; width and height in cells */
	BOOT_FB_RGB,  /* 32 bits a pixel, linear */
};

struct boot_fb {
	uint64_t addr;
	uint32_t type; /* enum boot_fb_type */
	uint32_t width;
	uint32_t height;
	uint32_t pitch; /* bytes a row */
	uint8_t red_shift, green_shift, blue_shift, reserved;
	uint32_t reserved2;
};

struct bootinfo {
	uint64_t magic;
	uint64_t handover_tsc; /* TSC when the loader let go of the machine */
	uint64_t kernel_base;  /* where the image's 2 MiB block was put */
	uint64_t rsdp;         /* ACPI RSDP, 0 if the loader found none */
	struct boot_fb fb;
	char loader[BOOT_NAME_MAX]; /* such as "GRUB 2.06", for the log */
	char
	    volume[BOOT_NAME_MAX]; /* where the config volume was, "" if none */
	char notice[128]; /* what went wrong on the way, for the log, or "" */
	uint32_t mem_count;
	uint32_t file_count;
	struct boot_mem mem[BOOT_MEM_MAX];
	struct boot_file file[BOOT_FILE_MAX];
};

#endif
