/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns Multiboot2's boot information (specification 2.0, 3.6) into struct
 * bootinfo. Every tag is checked against the size of the whole; a tag that
 * does not fit ends the walk.
 *
 * The modules are the files of the config volume; image/grub.cfg gives each
 * its name as the first word of its string. The kernel's command line holds
 *
 *   [volume=DEVICE] [notice=WORD WORD ...]
 */
#include "boot/multiboot2.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "boot/memory.h"

/* Called by entry.S; the result goes to kernel_main(). */
struct bootinfo *multiboot2_bootinfo(
    uint64_t info, uint32_t magic, uint64_t tsc, uint64_t base);

extern const char __image_start[], __image_end[];

/* ACPI's root pointer as the tag holds it; the longer form has 36 bytes. */
enum { RSDP_MIN = 20, RSDP_MAX = 64 };

static struct bootinfo bootinfo;
static char rsdp[RSDP_MAX] __attribute__((aligned(16)));

static uint64_t
text_length(const struct multiboot2_tag *tag, uint64_t head)
{
	return strnlen((const char *)tag + head, tag->size - head);
}

/* Copies a tag's string, which may lack its NUL. False when it was cut. */
static bool
copy_text(
    char *to, uint64_t size, const struct multiboot2_tag *tag, uint64_t head)
{
	uint64_t n = text_length(tag, head);
	bool whole = n < size;

	if (!whole)
		n = size - 1;
	memcpy(to, (const char *)tag + head, n);
	to[n] = '\0';
	return whole;
}

/*
 * GRUB puts a word with spaces between double quotes, and a backslash before
 * quotes and backslashes. Takes that back, in place.
 */
static void
unquote(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (*s == '"')
			continue;
		if (*s == '\\' && s[1] != '\0')
			s++;
		*to++ = *s;
	}
	*to = '\0';
}

static void
take_cmdline(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	char line[256], *p, *notice;
	uint64_t n;

	copy_text(line, sizeof(line), tag, sizeof(*tag));
	unquote(line);
	notice = strstr(line, "notice=");
	if (notice != NULL) {
		boot_notice(bi, notice + strlen("notice="), NULL);
		*notice = '\0';
	}
	p = strstr(line, "volume=");
	if (p != NULL) {
		p += strlen("volume=");
		n = strcspn(p, " ");
		p[n] = '\0';
		boot_copy(bi->volume, sizeof(bi->volume), p);
	}
}

static void
take_loader(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	copy_text(bi->loader, sizeof(bi->loader), tag, sizeof(*tag));
}

static void
take_module(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	const struct multiboot2_module *m = (const void *)tag;
	struct boot_file *f = &bi->file[bi->file_count];
	char name[2 * BOOT_NAME_MAX];
	bool whole;

	/* An empty file has start == end, and is a file all the same. */
	if (m->start > m->end) {
		boot_notice(bi, "bad module", NULL);
		return;
	}
	boot_memory_add(bi, m->start, m->end - m->start, BOOT_MEM_LOADER);
	if (bi->file_count == BOOT_FILE_MAX) {
		boot_notice(bi, "too many files", NULL);
		return;
	}
	whole = copy_text(name, sizeof(name), tag, sizeof(*m));
	unquote(name);
	if (!whole || name[0] == '\0' ||
	    !boot_copy(f->name, sizeof(f->name), name)) {
		boot_notice(bi, "bad file name", name);
		return;
	}
	f->addr = m->start;
	f->size = m->end - m->start;
	bi->file_count++;
}

static enum boot_mem_type
memory_type(uint32_t type)
{
	switch (type) {
	case MULTIBOOT2_MMAP_USABLE:
		return BOOT_MEM_USABLE;
	case MULTIBOOT2_MMAP_ACPI_RECLAIM:
	case MULTIBOOT2_MMAP_ACPI_NVS:
		return BOOT_MEM_ACPI;
	default:
		return BOOT_MEM_RESERVED;
	}
}

static void
take_mmap(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	const struct multiboot2_mmap *map = (const void *)tag;
	struct multiboot2_mmap_entry e;
	uint64_t at;

	if (map->entry_size < sizeof(e))
		return;
	for (at = sizeof(*map); at + sizeof(e) <= tag->size;
	     at += map->entry_size) {
		memcpy(&e, (const char *)tag + at, sizeof(e));
		boot_memory_add(bi, e.base, e.size, memory_type(e.type));
	}
}

static void
take_framebuffer(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	const struct multiboot2_framebuffer *in = (const void *)tag;
	struct boot_fb *fb = &bi->fb;

	fb->addr = in->addr;
	fb->width = in->width;
	fb->height = in->height;
	fb->pitch = in->pitch;
	if (in->type == MULTIBOOT2_FB_TEXT) {
		fb->type = BOOT_FB_TEXT;
	} else if (in->type == MULTIBOOT2_FB_RGB && in->bits == 32 &&
		   tag->size >=
		       offsetof(struct multiboot2_framebuffer, blue_bits)) {
		fb->type = BOOT_FB_RGB;
		fb->red_shift = in->red_shift;
		fb->green_shift = in->green_shift;
		fb->blue_shift = in->blue_shift;
	}
}

/* The copy moves into the image, where nothing overwrites it. */
static void
take_rsdp_new(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	uint64_t n = tag->size - sizeof(*tag);

	if (n > sizeof(rsdp))
		n = sizeof(rsdp);
	memcpy(rsdp, tag + 1, n);
	bi->rsdp = bi->kernel_base +
	           ((uintptr_t)rsdp - (uintptr_t)__image_start);
}

/* ACPI 1.0's form, where there is no newer one. */
static void
take_rsdp_old(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	if (bi->rsdp == 0)
		take_rsdp_new(bi, tag);
}

static const struct {
	uint32_t type;
	uint32_t size_min;
	void (*take)(struct bootinfo *, const struct multiboot2_tag *);
} takers[] = {
	{ MULTIBOOT2_TAG_CMDLINE, 9, take_cmdline },
	{ MULTIBOOT2_TAG_LOADER, 9, take_loader },
	{ MULTIBOOT2_TAG_MODULE, sizeof(struct multiboot2_module),
	    take_module },
	{ MULTIBOOT2_TAG_MMAP, sizeof(struct multiboot2_mmap), take_mmap },
	{ MULTIBOOT2_TAG_FRAMEBUFFER, MULTIBOOT2_FB_COMMON - 1,
	    take_framebuffer },
	{ MULTIBOOT2_TAG_RSDP_OLD, 8 + RSDP_MIN, take_rsdp_old },
	{ MULTIBOOT2_TAG_RSDP_NEW, 8 + RSDP_MIN, take_rsdp_new },
};

static void
take(struct bootinfo *bi, const struct multiboot2_tag *tag)
{
	uint32_t i;

	for (i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
		if (takers[i].type == tag->type &&
		    tag->size >= takers[i].size_min)
			takers[i].take(bi, tag);
	}
}

static void
walk(struct bootinfo *bi, const struct multiboot2_info *info)
{
	uint64_t at = sizeof(*info), end = info->total_size;
	const struct multiboot2_tag *tag;

	while (at + sizeof(*tag) <= end) {
		tag = (const void *)((const char *)info + at);
		if (tag->type == MULTIBOOT2_TAG_END)
			return;
		if (tag->size < sizeof(*tag) || tag->size > end - at)
			break;
		take(bi, tag);
		at += (tag->size + 7ull) & ~7ull;
	}
	boot_notice(bi, "the boot information is cut short", NULL);
}

struct bootinfo *
multiboot2_bootinfo(uint64_t info, uint32_t magic, uint64_t tsc, uint64_t base)
{
	struct bootinfo *bi = &bootinfo;
	const struct multiboot2_info *in = (const void *)(uintptr_t)info;

	bi->magic = BOOTINFO_MAGIC;
	bi->handover_tsc = tsc;
	bi->kernel_base = base;
	if (magic != MULTIBOOT2_LOADER_MAGIC) {
		boot_notice(bi, "not started by Multiboot2", NULL);
		return bi;
	}
	walk(bi, in);
	boot_memory_add(bi, 0, 4096, BOOT_MEM_RESERVED);
	boot_memory_add(bi, base,
	    (uintptr_t)__image_end - (uintptr_t)__image_start, BOOT_MEM_LOADER);
	boot_memory_add(bi, info, in->total_size, BOOT_MEM_LOADER);
	return bi;
}
