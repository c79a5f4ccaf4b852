#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# iso.sh OUT.iso GRUB-CORE KERNEL EFI-LOADER: one image that boots on BIOS and
# UEFI, from a CD (El Torito) and from a disk that it was copied to (GRUB's
# boot sector for hybrid images; a GPT with the EFI system partition). The
# same inputs and SOURCE_DATE_EPOCH give the same bytes.
set -eu

out=$1
core=$2
kernel=$3
efi=$4
hybrid=/usr/lib/grub/i386-pc/boot_hybrid.img
epoch=$SOURCE_DATE_EPOCH
# 2026-01-31 12:34:56.00 as xorriso wants it.
stamp=$(date -u -d "@$epoch" +%Y%m%d%H%M%S)00

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The EFI system partition: a FAT16 of its own with the loader alone. Room
# for the file, the tables and the directories.
sectors=$((($(stat -c %s "$efi") + 1048576) / 512))
[ "$sectors" -ge 8400 ] || sectors=8400
truncate -s $((sectors * 512)) "$work/esp.img"
mformat -i "$work/esp.img" -v BWBOOT -N 42574253 -T "$sectors" -h 16 -s 63 \
    -c 1 ::
mkdir -p "$work/efi/EFI/BOOT"
cp "$efi" "$work/efi/EFI/BOOT/BOOTX64.EFI"
find "$work/efi" -exec touch -d "@$epoch" {} +
mcopy -i "$work/esp.img" -s -m "$work/efi/EFI" ::

mkdir -p "$work/iso/boot/grub"
cp "$core" "$work/iso/boot/grub/core.img"
cp image/grub.cfg "$work/iso/boot/grub/grub.cfg"
cp "$kernel" "$work/iso/boot/barewire.elf"
mv "$work/esp.img" "$work/iso/boot/efi.img"
chmod -R u=rwX,go=rX "$work/iso"
find "$work/iso" -exec touch -d "@$epoch" {} +

rm -f "$out.tmp"
if ! xorriso -report_about SORRY -as mkisofs -quiet -o "$out.tmp" -V BAREWIRE_BOOT -r -J \
    --modification-date="$stamp" --set_all_file_dates "$stamp" \
    --gpt_disk_guid 42415245-5749-5245-8000-000000000001 \
    -b boot/grub/core.img -no-emul-boot -boot-load-size 4 \
    -boot-info-table --grub2-boot-info --grub2-mbr "$hybrid" \
    --protective-msdos-label \
    --efi-boot boot/efi.img -efi-boot-part --efi-boot-image \
    "$work/iso" 2>"$work/log"; then
	cat "$work/log" >&2
	exit 1
fi
mv "$out.tmp" "$out"
