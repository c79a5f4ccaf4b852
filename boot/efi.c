/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EFI/BOOT/BOOTX64.EFI: loads the kernel, which is part of this file, gathers
 * struct bootinfo through the firmware and lets go of it. UEFI specification
 * 2.9: 4.1 (entry), 7.2 (memory), 7.4.6 (ExitBootServices).
 */
#include <stdbool.h>

#include "boot/efi_private.h"
#include "boot/memory.h"

/* image/kernel.ld: where the kernel is linked, and how large it may be. */
#define KERNEL_VMA         0xffffffff80200000ull
#define KERNEL_LINKED_BASE 0x200000ull
#define KERNEL_BLOCK       0x200000ull

/* The kernel's ELF file; efi_kernel.S. */
extern const UINT8 efi_kernel[], efi_kernel_end[];

/* ELF-64 object file format, version 1.5: file and program headers. */
struct elf_header {
	UINT8 ident[16];
	UINT16 type, machine;
	UINT32 version;
	UINT64 entry, phoff, shoff;
	UINT32 flags;
	UINT16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
_Static_assert(sizeof(struct elf_header) == 64, "ELF-64, figure 2");

struct elf_segment {
	UINT32 type, flags;
	UINT64 offset, vaddr, paddr, filesz, memsz, align;
};
_Static_assert(sizeof(struct elf_segment) == 56, "ELF-64, figure 6");

enum { ELF_LOAD = 1 };

/* ExitBootServices() fails while the map still changes; then we ask again. */
enum { EXIT_TRIES = 16, MAP_SPARE = 64 };

typedef void (*kernel_entry)(struct bootinfo *)
    __attribute__((sysv_abi, noreturn));

static EFI_STATUS
fatal(const CHAR16 *text, EFI_STATUS status)
{
	Print(L"barewire: %s: %r\r\n", text, status);
	BS->Stall(5000000);
	return status;
}

/*
 * 2 MiB at a multiple of 2 MiB below 4 GiB. The kernel begins under the
 * firmware's page tables, which may forbid to execute anything but code.
 */
static EFI_STATUS
allocate_block(UINT64 *base)
{
	UINT64 pages = 2 * KERNEL_BLOCK / EFI_PAGE_BYTES - 1, at = 0xffffffff;
	UINT64 head, tail;
	EFI_STATUS status;

	status = BS->AllocatePages(
	    AllocateMaxAddress, EfiLoaderCode, pages, &at);
	if (EFI_ERROR(status))
		return status;
	*base = (at + KERNEL_BLOCK - 1) & ~(KERNEL_BLOCK - 1);
	head = (*base - at) / EFI_PAGE_BYTES;
	tail = pages - head - KERNEL_BLOCK / EFI_PAGE_BYTES;
	if (head != 0)
		BS->FreePages(at, head);
	if (tail != 0)
		BS->FreePages(*base + KERNEL_BLOCK, tail);
	return EFI_SUCCESS;
}

/* Puts the segments where they belong, relative to base. */
static EFI_STATUS
load_kernel(UINT64 base, kernel_entry *entry)
{
	const struct elf_header *elf = (const void *)efi_kernel;
	const struct elf_segment *s;
	UINT64 size = (UINT64)(efi_kernel_end - efi_kernel), to;
	UINT16 i;

	SetMem((void *)base, KERNEL_BLOCK, 0);
	for (i = 0; i < elf->phnum; i++) {
		s = (const void *)(efi_kernel + elf->phoff +
				   (UINT64)i * elf->phentsize);
		if (s->type != ELF_LOAD)
			continue;
		to = s->paddr - KERNEL_LINKED_BASE;
		if (to > KERNEL_BLOCK || s->memsz > KERNEL_BLOCK - to ||
		    s->filesz > s->memsz || s->offset > size ||
		    s->filesz > size - s->offset)
			return EFI_LOAD_ERROR;
		CopyMem((void *)(base + to), efi_kernel + s->offset, s->filesz);
	}
	*entry = (kernel_entry)(base + (elf->entry - KERNEL_VMA));
	return EFI_SUCCESS;
}

EFI_STATUS
efi_memory_map(EFI_MEMORY_DESCRIPTOR *map, UINTN capacity, UINTN *size,
    UINTN *key, UINTN *entry_size)
{
	UINT32 version;

	*size = capacity;
	return BS->GetMemoryMap(size, map, key, entry_size, &version);
}

static enum boot_mem_type
memory_type(UINT32 type)
{
	switch (type) {
	case EfiConventionalMemory:
	case EfiBootServicesCode:
	case EfiBootServicesData:
	case EfiLoaderCode:
		return BOOT_MEM_USABLE;
	case EfiLoaderData:
		return BOOT_MEM_LOADER;
	case EfiACPIReclaimMemory:
	case EfiACPIMemoryNVS:
		return BOOT_MEM_ACPI;
	default:
		return BOOT_MEM_RESERVED;
	}
}

static void
convert_map(struct bootinfo *bi, const EFI_MEMORY_DESCRIPTOR *map, UINTN size,
    UINTN entry_size)
{
	const EFI_MEMORY_DESCRIPTOR *d;
	UINTN at;

	for (at = 0; at + entry_size <= size; at += entry_size) {
		d = (const void *)((const UINT8 *)map + at);
		boot_memory_add(bi, d->PhysicalStart,
		    d->NumberOfPages * EFI_PAGE_BYTES, memory_type(d->Type));
	}
	boot_memory_add(bi, 0, EFI_PAGE_BYTES, BOOT_MEM_RESERVED);
	/* The rest of EfiLoaderCode is this program: free from here on. */
	boot_memory_add(bi, bi->kernel_base, KERNEL_BLOCK, BOOT_MEM_LOADER);
}

/* After this the firmware's services are gone. */
static EFI_STATUS
let_go(struct bootinfo *bi, EFI_HANDLE image)
{
	EFI_MEMORY_DESCRIPTOR *map = NULL;
	UINTN capacity = 0, size, key, entry_size;
	EFI_STATUS status;
	int i;

	/* Its own allocation adds entries, and so may what ends here. */
	efi_memory_map(NULL, 0, &capacity, &key, &entry_size);
	capacity += MAP_SPARE * entry_size;
	status = BS->AllocatePool(EfiLoaderData, capacity, (void **)&map);
	if (EFI_ERROR(status))
		return status;
	for (i = 0; i < EXIT_TRIES; i++) {
		status = efi_memory_map(
		    map, capacity, &size, &key, &entry_size);
		if (EFI_ERROR(status))
			return status;
		status = BS->ExitBootServices(image, key);
		if (!EFI_ERROR(status)) {
			bi->handover_tsc = __builtin_ia32_rdtsc();
			convert_map(bi, map, size, entry_size);
			return EFI_SUCCESS;
		}
	}
	return status;
}

static void
name_loader(struct bootinfo *bi)
{
	static const char prefix[] = "UEFI: ";
	const CHAR16 *vendor = ST->FirmwareVendor;
	UINTN i, n = sizeof(prefix) - 1;

	boot_copy(bi->loader, sizeof(bi->loader), prefix);
	for (i = 0; vendor != NULL && vendor[i] != 0; i++) {
		if (n + 1 >= sizeof(bi->loader))
			break;
		bi->loader[n++] =
		    vendor[i] >= ' ' && vendor[i] < 127 ? (char)vendor[i] : '?';
	}
	bi->loader[n] = '\0';
}

EFI_STATUS
efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
	EFI_LOADED_IMAGE *loaded;
	UINT64 pages, at = 0xffffffff;
	struct bootinfo *bi;
	kernel_entry entry;
	EFI_STATUS status;

	InitializeLib(image, table);
	BS->SetWatchdogTimer(0, 0, 0, NULL);
	pages = (sizeof(*bi) + EFI_PAGE_BYTES - 1) / EFI_PAGE_BYTES;
	status = BS->AllocatePages(
	    AllocateMaxAddress, EfiLoaderData, pages, &at);
	if (EFI_ERROR(status))
		return fatal(L"no memory below 4 GiB", status);
	bi = (struct bootinfo *)at;
	SetMem(bi, sizeof(*bi), 0);
	bi->magic = BOOTINFO_MAGIC;
	name_loader(bi);
	status = allocate_block(&bi->kernel_base);
	if (EFI_ERROR(status))
		return fatal(L"no memory for the kernel", status);
	status = load_kernel(bi->kernel_base, &entry);
	if (EFI_ERROR(status))
		return fatal(L"bad kernel", status);
	status = BS->HandleProtocol(
	    image, &LoadedImageProtocol, (void **)&loaded);
	if (EFI_ERROR(status))
		return fatal(L"no loaded image protocol", status);
	efi_read_volume(bi, loaded->DeviceHandle);
	efi_find_rsdp(bi);
	efi_find_screen(bi);
	status = let_go(bi, image);
	if (EFI_ERROR(status))
		return fatal(L"the firmware does not let go", status);
	entry(bi);
}
