/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the files of the UEFI loader.
 */
#ifndef BOOT_EFI_PRIVATE_H
#define BOOT_EFI_PRIVATE_H

#include <efi.h>
#include <efilib.h>
#include <efipciio.h>

#include "boot/bootinfo.h"

enum { EFI_PAGE_BYTES = 4096 };

/*
 * Reads the files of the config volume (a FAT file system labelled BAREWIRE)
 * into memory; boot is the device that we were started from. What goes wrong
 * becomes the notice, never an error.
 */
void efi_read_volume(struct bootinfo *bi, EFI_HANDLE boot);

/* Where ACPI's tables are and what the screen is. */
void efi_find_rsdp(struct bootinfo *bi);
void efi_find_screen(struct bootinfo *bi);

/*
 * Fetches the firmware's memory map into `map`, which holds `capacity` bytes.
 * On success *size, *key and *entry_size describe it.
 */
EFI_STATUS efi_memory_map(EFI_MEMORY_DESCRIPTOR *map, UINTN capacity,
    UINTN *size, UINTN *key, UINTN *entry_size);

#endif
