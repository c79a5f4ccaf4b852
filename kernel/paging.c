/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables: 4 levels, the largest page that fits. Intel SDM volume 3,
 * 4.5 (4-level paging), 4.9.2 and 11.12 (page attribute table).
 *
 * Tables come from the boot allocator, which is identity-mapped, so that a
 * table's physical address is a pointer both before and after the switch.
 */
#include "kernel/paging.h"

#include "kernel/cpu.h"
#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/mem.h"
#include "kernel/memmap.h"
#include "kernel/panic.h"
#include "kernel/screen.h"

#define PTE_PRESENT   (1ull << 0)
#define PTE_WRITE     (1ull << 1)
#define PTE_PWT       (1ull << 3)
#define PTE_PCD       (1ull << 4)
#define PTE_LARGE     (1ull << 7)
#define PTE_PAT_4K    (1ull << 7)
#define PTE_PAT_LARGE (1ull << 12)
#define PTE_NX        (1ull << 63)
#define PTE_GUARD     (1ull << 9) /* ours: the page is absent on purpose */
#define PTE_ADDRESS   0x000ffffffffff000ull

/* What a mapping is for. */
#define MAP_CODE     0
#define MAP_READ     PTE_NX
#define MAP_DATA     (PTE_NX | PTE_WRITE)
#define MAP_UNCACHED (MAP_DATA | PTE_PCD | PTE_PWT) /* PAT entry 3: UC */
#define MAP_COMBINE  (MAP_DATA | PTE_PAT_4K)        /* PAT entry 4: WC */

enum { MSR_PAT = 0x277 };

/* The power-on value, but entry 4 is write-combining. */
#define PAT_VALUE 0x0007040100070406ull

#define CR0_WP (1ull << 16)

enum { TABLE_ENTRIES = 512, LEVEL_4K = 1, LEVEL_2M, LEVEL_1G, LEVEL_TOP };

/* Device mappings: the upper half, far from the kernel. */
#define WINDOW_BASE 0xffffc00000000000ull
#define WINDOW_END  0xffffd00000000000ull

/* image/kernel.ld: the parts of the image, on page borders. */
extern const char __text_start[], __text_end[];
extern const char __rodata_start[], __rodata_end[];
extern const char __data_start[], __bss_end[];
extern const char __stack_guard[];

static uint64_t *root;
static uint64_t image_base;
static uint64_t window_next = WINDOW_BASE;

static uint64_t
level_size(int level)
{
	return 1ull << (12 + 9 * (level - 1));
}

static uint64_t *
entry_of(uint64_t *table, uint64_t va, int level)
{
	return &table[va >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1)];
}

static uint64_t *
table_of(uint64_t entry)
{
	return (uint64_t *)(uintptr_t)(entry & PTE_ADDRESS);
}

static bool
is_leaf(uint64_t entry, int level)
{
	return level == LEVEL_4K ||
	       (level < LEVEL_TOP && (entry & PTE_LARGE) != 0);
}

/* The bits of a leaf: bit 7 says "large" above 4 KiB, so PAT moves there. */
static uint64_t
leaf(uint64_t pa, uint64_t flags, int level)
{
	if (!cpu_features()->nx)
		flags &= ~PTE_NX; /* a reserved bit there */
	if (level == LEVEL_4K)
		return pa | flags | PTE_PRESENT;
	if (flags & PTE_PAT_4K)
		flags |= PTE_PAT_LARGE;
	return pa | flags | PTE_PRESENT | PTE_LARGE;
}

/* Whether one leaf at `level` can map exactly these n bytes. */
static bool
leaf_fits(int level, uint64_t va, uint64_t pa, uint64_t n)
{
	int largest = cpu_features()->pages_1g ? LEVEL_1G : LEVEL_2M;
	uint64_t span = level_size(level);

	return level <= largest && n == span && ((va | pa) & (span - 1)) == 0;
}

/* Maps whole pages; what is mapped already stays as it is. */
static bool
map(uint64_t *table, int level, uint64_t va, uint64_t pa, uint64_t size,
    uint64_t flags)
{
	uint64_t *entry, *below, span = level_size(level), n;

	for (; size > 0; va += n, pa += n, size -= n) {
		n = span - (va & (span - 1));
		if (n > size)
			n = size;
		entry = entry_of(table, va, level);
		if ((*entry & PTE_PRESENT) && is_leaf(*entry, level))
			continue;
		if (!(*entry & PTE_PRESENT) && leaf_fits(level, va, pa, n)) {
			*entry = leaf(pa, flags, level);
			continue;
		}
		if (!(*entry & PTE_PRESENT)) {
			below = mem_page();
			if (below == NULL)
				return false;
			*entry = dma_addr(below) | PTE_PRESENT | PTE_WRITE;
		}
		if (!map(table_of(*entry), level - 1, va, pa, n, flags))
			return false;
	}
	return true;
}

/* Replaces a large page by a table of smaller ones that map the same. */
static bool
split(uint64_t *entry, int level)
{
	uint64_t *table = mem_page(), pa, flags;
	uint32_t i;

	if (table == NULL)
		return false;
	pa = *entry & PTE_ADDRESS & ~(level_size(level) - 1);
	flags = *entry & (MAP_UNCACHED | PTE_WRITE);
	if (*entry & PTE_PAT_LARGE)
		flags |= PTE_PAT_4K;
	for (i = 0; i < TABLE_ENTRIES; i++)
		table[i] = leaf(
		    pa + i * level_size(level - 1), flags, level - 1);
	*entry = dma_addr(table) | PTE_PRESENT | PTE_WRITE;
	return true;
}

void
paging_guard(const void *page)
{
	uint64_t va = (uint64_t)(uintptr_t)page, *table = root, *entry;
	int level;

	for (level = LEVEL_TOP;; level--) {
		entry = entry_of(table, va, level);
		if (!(*entry & PTE_PRESENT))
			return;
		if (level == LEVEL_4K)
			break;
		if (is_leaf(*entry, level) && !split(entry, level))
			panic("no memory to guard %p", page);
		table = table_of(*entry);
	}
	*entry = PTE_GUARD;
	__asm__ volatile("invlpg %0" : : "m"(*(const char *)page) : "memory");
}

static void
map_or_panic(uint64_t va, uint64_t pa, uint64_t size, uint64_t flags)
{
	if (!map(root, LEVEL_TOP, va, pa, size, flags))
		panic("no memory for page tables");
}

static void
map_ranges(const struct bootinfo *bi, uint32_t types, uint64_t flags)
{
	static struct memmap ram;
	uint32_t i;

	memmap_collect(&ram, bi->mem, bi->mem_count, types);
	memmap_remove(&ram, 0, PAGE_SIZE);
	memmap_remove(&ram, bi->kernel_base, KERNEL_BLOCK_SIZE);
	for (i = 0; i < ram.count; i++)
		map_or_panic(ram.range[i].base, ram.range[i].base,
		    ram.range[i].end - ram.range[i].base, flags);
}

static void
map_part(const struct bootinfo *bi, const char *start, const char *end,
    uint64_t flags)
{
	uint64_t va = (uint64_t)(uintptr_t)start;

	map_or_panic(va, va - KERNEL_VMA + bi->kernel_base,
	    ((uint64_t)(end - start) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1ull),
	    flags);
}

static void
map_image(const struct bootinfo *bi)
{
	map_part(bi, __text_start, __text_end, MAP_CODE);
	map_part(bi, __rodata_start, __rodata_end, MAP_READ);
	map_part(bi, __data_start, __bss_end, MAP_DATA);
}

/* A window of `size` bytes at phys's offset in its page, or NULL. */
static void *
map_window(uint64_t phys, uint64_t size, uint64_t flags)
{
	uint64_t offset = phys & (PAGE_SIZE - 1), align = PAGE_SIZE, va;

	if (size == 0 || phys > PTE_ADDRESS || size > PTE_ADDRESS - phys)
		return NULL;
	phys -= offset;
	size = (size + offset + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1ull);
	if (size >= level_size(LEVEL_2M))
		align = level_size(LEVEL_2M);
	/* The same offset in a large page, so that large pages fit. */
	va = (window_next + align - 1) & ~(align - 1);
	va += phys & (align - 1);
	if (va >= WINDOW_END || size >= WINDOW_END - va)
		return NULL;
	window_next = va + size + PAGE_SIZE;
	if (!map(root, LEVEL_TOP, va, phys, size, flags)) {
		log_error("paging", "no memory to map %#llx",
		    (unsigned long long)phys);
		return NULL;
	}
	return (void *)(uintptr_t)(va + offset);
}

volatile void *
paging_map_mmio(uint64_t phys, uint64_t size)
{
	return map_window(phys, size, MAP_UNCACHED);
}

void *
paging_map_wc(uint64_t phys, uint64_t size)
{
	return map_window(phys, size, MAP_COMBINE);
}

bool
paging_map_heap(uint64_t va, uint64_t pa, uint64_t size)
{
	return map(root, LEVEL_TOP, va, pa, size, MAP_DATA);
}

bool
paging_map_firmware(uint64_t phys, uint64_t size)
{
	uint64_t start = phys & ~(PAGE_SIZE - 1ull), end;

	if (phys < PAGE_SIZE || size == 0 || phys >= MEMMAP_LIMIT ||
	    size > MEMMAP_LIMIT - phys)
		return false;
	end = (phys + size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1ull);
	return map(root, LEVEL_TOP, start, start, end - start, MAP_READ);
}

/*
 * The entry of whatever size that decides about va, 0 for a bad address. The
 * tables may be the loader's: before paging_init() this works as well.
 */
static uint64_t
lookup(uint64_t va)
{
	uint64_t *table = table_of(cpu_read_cr3()), entry;
	int level;

	if ((int64_t)(va << 16) >> 16 != (int64_t)va)
		return 0;
	for (level = LEVEL_TOP;; level--) {
		entry = *entry_of(table, va, level);
		if (!(entry & PTE_PRESENT) || is_leaf(entry, level))
			return entry;
		table = table_of(entry);
	}
}

bool
paging_is_guard(uint64_t address)
{
	uint64_t entry = lookup(address);

	return !(entry & PTE_PRESENT) && (entry & PTE_GUARD);
}

bool
paging_readable(const void *p, size_t size)
{
	uint64_t va = (uint64_t)(uintptr_t)p, last = va + size - 1;

	if (size == 0 || last < va)
		return false;
	for (va &= ~(PAGE_SIZE - 1ull); va < last; va += PAGE_SIZE) {
		if (!(lookup(va) & PTE_PRESENT))
			return false;
		if (last - va < PAGE_SIZE)
			break;
	}
	return true;
}

uint64_t
paging_root(void)
{
	return dma_addr(root);
}

uint64_t
paging_image_address(const void *p)
{
	return (uint64_t)(uintptr_t)p - KERNEL_VMA + image_base;
}

void
paging_load(void)
{
	cpu_wrmsr(MSR_PAT, PAT_VALUE);
	cpu_write_cr3(dma_addr(root));
	cpu_write_cr0(cpu_read_cr0() | CR0_WP);
}

static void
guard_stacks(void)
{
	const struct cpu *c = cpu_current();
	uint32_t i;

	paging_guard(__stack_guard);
	for (i = 0; i < CPU_IST_COUNT; i++)
		paging_guard(c->stack[i].guard);
}

void
paging_init(const struct bootinfo *bi)
{
	uint64_t at = (uint64_t)(uintptr_t)bi;
	void *fb = NULL;

	image_base = bi->kernel_base;
	root = mem_page();
	if (root == NULL)
		panic("no memory for page tables");
	map_ranges(bi, 1u << BOOT_MEM_ACPI, MAP_READ);
	map_ranges(bi, 1u << BOOT_MEM_USABLE | 1u << BOOT_MEM_LOADER, MAP_DATA);
	map_image(bi);
	/* A physical pointer may lead into the kernel's block. */
	if (at < MEMMAP_LIMIT && !paging_map_firmware(at, sizeof(*bi)))
		panic("the boot information is out of reach");
	if (bi->fb.type != BOOT_FB_NONE)
		fb = paging_map_wc(bi->fb.addr, screen_size(&bi->fb));
	/* No line may be logged before the screen has moved. */
	paging_load();
	screen_move(fb);
	guard_stacks();
	mem_mapped();
}
