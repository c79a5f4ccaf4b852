/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The config volume as the firmware shows it. UEFI specification 2.9: 10.3
 * (device paths), 13.4 (simple file system), 13.5 (file protocol).
 */
#include <stdbool.h>

#include "boot/efi_private.h"
#include "boot/memory.h"

/* All files together; and never more than half of the free memory. */
#define BYTES_MAX (256ull << 20)

/* Some firmware fails when it is asked for many megabytes at once. */
#define READ_MAX (1ull << 20)

/*
 * A root folder that never ends is a broken one, and so is one with many
 * entries that are no good: each may take the firmware a second.
 */
enum { ENTRIES_MAX = 1024, BAD_ENTRIES_MAX = 16 };

/* PCI Local Bus 3.0, 6.2.1: class, subclass, interface, revision; D. */
enum {
	PCI_CLASS_DWORD = 0x08,
	PCI_CLASS_STORAGE = 0x01,
	PCI_CLASS_USB = 0x0c03,
};

static const CHAR16 label[] = L"BAREWIRE";

/* What GetInfo() and Read() of a folder fill, with room for long names. */
union info {
	EFI_FILE_INFO file;
	EFI_FILE_SYSTEM_INFO volume;
	UINT8 bytes[2048];
};

struct volume {
	EFI_HANDLE handle;
	EFI_FILE_HANDLE root;
	bool other_disk;   /* than the one that we were started from */
	UINTN bad_entries; /* of the root folder, so far */
};

/* Whether two devices are on one disk: their paths agree up to the disk. */
static bool
same_disk(EFI_HANDLE a, EFI_HANDLE b)
{
	EFI_DEVICE_PATH *p = DevicePathFromHandle(a);
	EFI_DEVICE_PATH *q = DevicePathFromHandle(b);
	bool p_end, q_end;

	if (p == NULL || q == NULL)
		return false;
	for (;; p = NextDevicePathNode(p), q = NextDevicePathNode(q)) {
		p_end = IsDevicePathEnd(p) ||
		        DevicePathType(p) == MEDIA_DEVICE_PATH;
		q_end = IsDevicePathEnd(q) ||
		        DevicePathType(q) == MEDIA_DEVICE_PATH;
		if (p_end || q_end)
			return p_end && q_end;
		if (DevicePathNodeLength(p) < (int)sizeof(*p) ||
		    DevicePathNodeLength(p) != DevicePathNodeLength(q) ||
		    CompareMem(p, q, DevicePathNodeLength(p)) != 0)
			return false;
	}
}

/* What the firmware knows of a volume, or NULL. Valid until the next call. */
static const EFI_FILE_SYSTEM_INFO *
volume_info(EFI_FILE_HANDLE root)
{
	static union info info;
	UINTN size = sizeof(info) - sizeof(CHAR16);

	SetMem(&info, sizeof(info), 0);
	if (EFI_ERROR(root->GetInfo(root, &FileSystemInfo, &size, &info)))
		return NULL;
	return &info.volume;
}

static bool
has_label(EFI_FILE_HANDLE root)
{
	const EFI_FILE_SYSTEM_INFO *info = volume_info(root);

	return info != NULL && StrCmp(info->VolumeLabel, label) == 0;
}

static bool
open_volume(EFI_HANDLE handle, EFI_FILE_HANDLE *root)
{
	EFI_FILE_IO_INTERFACE *fs;

	if (EFI_ERROR(BS->HandleProtocol(
		handle, &FileSystemProtocol, (void **)&fs)) ||
	    EFI_ERROR(fs->OpenVolume(fs, root)))
		return false;
	if (has_label(*root))
		return true;
	(*root)->Close(*root);
	return false;
}

/*
 * A firmware in a hurry starts only the driver of the device that it boots
 * from. Starts those of all disks: PCI mass storage, and USB controllers.
 */
static void
connect_disks(void)
{
	static EFI_GUID pci_protocol = EFI_PCI_IO_PROTOCOL_GUID;
	EFI_PCI_IO_PROTOCOL *pci;
	EFI_HANDLE *handles;
	UINT32 class;
	UINTN n, i;

	if (EFI_ERROR(BS->LocateHandleBuffer(
		ByProtocol, &pci_protocol, NULL, &n, &handles)))
		return;
	for (i = 0; i < n; i++) {
		if (EFI_ERROR(BS->HandleProtocol(
			handles[i], &pci_protocol, (void **)&pci)) ||
		    EFI_ERROR(pci->Pci.Read(
			pci, EfiPciIoWidthUint32, PCI_CLASS_DWORD, 1, &class)))
			continue;
		if (class >> 24 == PCI_CLASS_STORAGE ||
		    class >> 16 == PCI_CLASS_USB)
			BS->ConnectController(handles[i], NULL, NULL, TRUE);
	}
	BS->FreePool(handles);
}

/* The first volume on another disk than ours, or else the first. */
static bool
find_volume(struct bootinfo *bi, EFI_HANDLE boot, struct volume *v)
{
	EFI_HANDLE *handles;
	EFI_FILE_HANDLE root;
	UINTN n, i;
	bool found = false, other;

	if (EFI_ERROR(BS->LocateHandleBuffer(
		ByProtocol, &FileSystemProtocol, NULL, &n, &handles)))
		return false;
	for (i = 0; i < n; i++) {
		if (!open_volume(handles[i], &root))
			continue;
		other = !same_disk(handles[i], boot);
		if (found && other == v->other_disk)
			boot_notice(bi, "more than one config volume", NULL);
		if (found && (v->other_disk || !other)) {
			root->Close(root);
			continue;
		}
		if (found)
			v->root->Close(v->root);
		*v = (struct volume){ handles[i], root, other, 0 };
		found = true;
	}
	BS->FreePool(handles);
	return found;
}

/* UCS-2 to UTF-8. Returns false when it does not fit or has no UTF-8. */
static bool
convert_name(char *to, UINTN size, const CHAR16 *from)
{
	UINTN n = 0;
	CHAR16 c;

	for (; (c = *from) != 0; from++) {
		if (n + 4 > size || (c >= 0xd800 && c < 0xe000))
			return false;
		if (c < 0x80) {
			to[n++] = (char)c;
		} else if (c < 0x800) {
			to[n++] = (char)(0xc0 | c >> 6);
			to[n++] = (char)(0x80 | (c & 0x3f));
		} else {
			to[n++] = (char)(0xe0 | c >> 12);
			to[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			to[n++] = (char)(0x80 | (c & 0x3f));
		}
	}
	to[n] = '\0';
	return n > 0;
}

static bool
read_all(EFI_FILE_HANDLE f, UINT8 *to, UINT64 size)
{
	UINTN n;

	while (size > 0) {
		n = size < READ_MAX ? size : READ_MAX;
		if (EFI_ERROR(f->Read(f, &n, to)) || n == 0 || n > size)
			return false;
		to += n;
		size -= n;
	}
	return true;
}

/* Reads one file into pages of its own. Returns what went wrong, or NULL. */
static const char *
read_file(struct volume *v, EFI_FILE_INFO *info, struct boot_file *file)
{
	EFI_FILE_HANDLE f;
	EFI_PHYSICAL_ADDRESS at = 0;
	UINT64 pages = (info->FileSize + EFI_PAGE_BYTES - 1) / EFI_PAGE_BYTES;
	const char *error = NULL;

	file->addr = 0;
	file->size = info->FileSize;
	if (pages == 0)
		return NULL;
	if (EFI_ERROR(v->root->Open(
		v->root, &f, info->FileName, EFI_FILE_MODE_READ, 0)))
		return "cannot be opened";
	if (EFI_ERROR(BS->AllocatePages(
		AllocateAnyPages, EfiLoaderData, pages, &at))) {
		error = "no memory for";
	} else if (!read_all(f, (UINT8 *)at, info->FileSize)) {
		BS->FreePages(at, pages);
		error = "cannot be read";
	}
	file->addr = at;
	f->Close(f);
	return error;
}

/* Notes an entry that is no good; false when the folder is given up. */
static bool
bad_entry(
    struct bootinfo *bi, struct volume *v, const char *what, const char *name)
{
	boot_notice(bi, what, name);
	return ++v->bad_entries < BAD_ENTRIES_MAX;
}

/*
 * Takes one entry of the root folder; *room is what is left for files.
 * Returns false when no further one can be taken.
 */
static bool
take_entry(
    struct bootinfo *bi, struct volume *v, EFI_FILE_INFO *info, UINT64 *room)
{
	struct boot_file *file = &bi->file[bi->file_count];
	const char *error;

	if (info->Attribute & EFI_FILE_DIRECTORY)
		return true;
	if (bi->file_count == BOOT_FILE_MAX) {
		boot_notice(bi, "too many files", NULL);
		return false;
	}
	if (!convert_name(file->name, sizeof(file->name), info->FileName))
		return bad_entry(bi, v, "bad file name", NULL);
	if (info->FileSize > *room)
		return bad_entry(bi, v, "too large", file->name);
	error = read_file(v, info, file);
	if (error != NULL)
		return bad_entry(bi, v, error, file->name);
	*room -= info->FileSize;
	bi->file_count++;
	return true;
}

static UINT64
free_memory(void)
{
	EFI_MEMORY_DESCRIPTOR *map, *d;
	UINTN size = 0, key, entry_size, at;
	UINT64 pages = 0;

	efi_memory_map(NULL, 0, &size, &key, &entry_size);
	size += 8 * entry_size;
	if (EFI_ERROR(BS->AllocatePool(EfiLoaderData, size, (void **)&map)))
		return 0;
	if (!EFI_ERROR(efi_memory_map(map, size, &size, &key, &entry_size))) {
		for (at = 0; at + entry_size <= size; at += entry_size) {
			d = (void *)((UINT8 *)map + at);
			if (d->Type == EfiConventionalMemory)
				pages += d->NumberOfPages;
		}
	}
	BS->FreePool(map);
	return pages * EFI_PAGE_BYTES;
}

static void
name_volume(struct bootinfo *bi, EFI_HANDLE handle)
{
	CHAR16 *text = DevicePathToStr(DevicePathFromHandle(handle));
	UINTN i;

	for (i = 0; i + 1 < sizeof(bi->volume) && text && text[i] != 0; i++)
		bi->volume[i] = text[i] < 127 ? (char)text[i] : '?';
	bi->volume[i] = '\0';
	if (text != NULL)
		BS->FreePool(text);
}

void
efi_read_volume(struct bootinfo *bi, EFI_HANDLE boot)
{
	static union info info;
	const EFI_FILE_SYSTEM_INFO *about;
	UINT64 room = free_memory() / 2;
	struct volume v = { 0 };
	UINTN size, i;

	if (room > BYTES_MAX)
		room = BYTES_MAX;
	connect_disks();
	if (!find_volume(bi, boot, &v))
		return;
	name_volume(bi, v.handle);
	about = volume_info(v.root);
	if (about != NULL && room > about->VolumeSize)
		room = about->VolumeSize; /* a larger file is a broken entry */
	for (i = 0; i < ENTRIES_MAX; i++) {
		size = sizeof(info) - sizeof(CHAR16);
		SetMem(&info, sizeof(info), 0);
		if (EFI_ERROR(v.root->Read(v.root, &size, &info))) {
			boot_notice(bi, "the folder cannot be read", NULL);
			break;
		}
		if (size == 0 || !take_entry(bi, &v, &info.file, &room))
			break;
	}
	v.root->Close(v.root);
}
