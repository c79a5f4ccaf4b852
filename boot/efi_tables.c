/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the firmware knows of ACPI and of the screen. UEFI specification 2.9:
 * 4.6 (configuration tables), 12.9 (graphics output protocol).
 */
#include <stdbool.h>

#include "boot/efi_private.h"

void
efi_find_rsdp(struct bootinfo *bi)
{
	static EFI_GUID acpi_new = ACPI_20_TABLE_GUID,
			acpi_old = ACPI_TABLE_GUID;
	EFI_CONFIGURATION_TABLE *t = ST->ConfigurationTable;
	UINTN i;

	for (i = 0; i < ST->NumberOfTableEntries; i++) {
		if (CompareGuid(&t[i].VendorGuid, &acpi_new) == 0) {
			bi->rsdp = (UINT64)t[i].VendorTable;
			return;
		}
		if (CompareGuid(&t[i].VendorGuid, &acpi_old) == 0)
			bi->rsdp = (UINT64)t[i].VendorTable;
	}
}

/* A colour's place in a pixel, when it has 8 bits there. */
static bool
shift_of(UINT32 mask, UINT8 *shift)
{
	for (*shift = 0; *shift <= 24; (*shift)++) {
		if (mask == 0xffu << *shift)
			return true;
	}
	return false;
}

static bool
take_format(struct boot_fb *fb, const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *m)
{
	EFI_PIXEL_BITMASK mask;

	switch (m->PixelFormat) {
	case PixelRedGreenBlueReserved8BitPerColor:
		mask = (EFI_PIXEL_BITMASK){ 0xff, 0xff00, 0xff0000, 0 };
		break;
	case PixelBlueGreenRedReserved8BitPerColor:
		mask = (EFI_PIXEL_BITMASK){ 0xff0000, 0xff00, 0xff, 0 };
		break;
	case PixelBitMask:
		mask = m->PixelInformation;
		break;
	default:
		return false; /* no framebuffer to write to */
	}
	return shift_of(mask.RedMask, &fb->red_shift) &&
	       shift_of(mask.GreenMask, &fb->green_shift) &&
	       shift_of(mask.BlueMask, &fb->blue_shift);
}

void
efi_find_screen(struct bootinfo *bi)
{
	static EFI_GUID guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
	EFI_GRAPHICS_OUTPUT_PROTOCOL *gop;
	EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *m;
	struct boot_fb *fb = &bi->fb;

	if (EFI_ERROR(BS->LocateProtocol(&guid, NULL, (void **)&gop)) ||
	    gop->Mode == NULL || gop->Mode->Info == NULL)
		return;
	m = gop->Mode->Info;
	if (gop->Mode->FrameBufferBase == 0 || !take_format(fb, m))
		return;
	fb->type = BOOT_FB_RGB;
	fb->addr = gop->Mode->FrameBufferBase;
	fb->width = m->HorizontalResolution;
	fb->height = m->VerticalResolution;
	fb->pitch = m->PixelsPerScanLine * 4;
}
