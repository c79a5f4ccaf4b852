/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of the Multiboot2 specification that we use (2.0, 3.6: boot
 * information). Everything is little endian; tags begin at multiples of 8.
 */
#ifndef BOOT_MULTIBOOT2_H
#define BOOT_MULTIBOOT2_H

#include <stdint.h>

#define MULTIBOOT2_LOADER_MAGIC 0x36d76289u

enum {
	MULTIBOOT2_TAG_END = 0,
	MULTIBOOT2_TAG_CMDLINE = 1,
	MULTIBOOT2_TAG_LOADER = 2,
	MULTIBOOT2_TAG_MODULE = 3,
	MULTIBOOT2_TAG_MMAP = 6,
	MULTIBOOT2_TAG_FRAMEBUFFER = 8,
	MULTIBOOT2_TAG_RSDP_OLD = 14,
	MULTIBOOT2_TAG_RSDP_NEW = 15,
};

struct multiboot2_info {
	uint32_t total_size;
	uint32_t reserved;
};
_Static_assert(sizeof(struct multiboot2_info) == 8, "3.6.1");

struct multiboot2_tag {
	uint32_t type;
	uint32_t size; /* with this head, without the padding */
};
_Static_assert(sizeof(struct multiboot2_tag) == 8, "3.6.2");

struct multiboot2_module {
	struct multiboot2_tag tag;
	uint32_t start;
	uint32_t end;
	char string[];
};
_Static_assert(sizeof(struct multiboot2_module) == 16, "3.6.6");

enum {
	MULTIBOOT2_MMAP_USABLE = 1,
	MULTIBOOT2_MMAP_ACPI_RECLAIM = 3,
	MULTIBOOT2_MMAP_ACPI_NVS = 4,
};

struct multiboot2_mmap_entry {
	uint64_t base;
	uint64_t size;
	uint32_t type;
	uint32_t reserved;
};
_Static_assert(sizeof(struct multiboot2_mmap_entry) == 24, "3.6.8");

struct multiboot2_mmap {
	struct multiboot2_tag tag;
	uint32_t entry_size;
	uint32_t entry_version;
};
_Static_assert(sizeof(struct multiboot2_mmap) == 16, "3.6.8");

enum { MULTIBOOT2_FB_RGB = 1, MULTIBOOT2_FB_TEXT = 2 };

struct multiboot2_framebuffer {
	struct multiboot2_tag tag;
	uint64_t addr;
	uint32_t pitch;
	uint32_t width;
	uint32_t height;
	uint8_t bits;
	uint8_t type;
	uint16_t reserved;
	/* for RGB only */
	uint8_t red_shift, red_bits;
	uint8_t green_shift, green_bits;
	uint8_t blue_shift, blue_bits;
	uint16_t padding;
};
_Static_assert(sizeof(struct multiboot2_framebuffer) == 40, "3.6.12");
/* What a tag for text has: the colours are not there. */
enum { MULTIBOOT2_FB_COMMON = 32 };

#endif
