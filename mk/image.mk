# SPDX-License-Identifier: BSD-2-Clause
#
# The UEFI loader and the ISO.

# Dates in images are the commit's.
SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),0)
export SOURCE_DATE_EPOCH

# What a loader carries: no debug information, no symbols.
$(B)/boot/barewire.elf: $(B)/barewire.elf
	@objcopy --strip-all $< $@

GRUB_DIR := /usr/lib/grub/i386-pc
# Drives, tables and file systems that hold us or a config volume, and the
# commands of grub.cfg.
GRUB_MODULES := biosdisk part_msdos part_gpt iso9660 fat normal configfile \
	multiboot2 boot regexp probe test

# GRUB: the boot image for CDs, with /boot/grub/grub.cfg on the same medium.
$(B)/grub-core.img: mk/image.mk $(B)/deps-build
	@echo "  GRUB    $@"
	@grub-mkimage -O i386-pc-eltorito -d $(GRUB_DIR) -p /boot/grub -o $@ \
		$(GRUB_MODULES)

$(B)/barewire.iso: mk/iso.sh image/grub.cfg $(B)/grub-core.img \
		$(B)/boot/barewire.elf $(B)/boot/BOOTX64.EFI
	@echo "  ISO     $@"
	@mk/iso.sh $@ $(B)/grub-core.img $(B)/boot/barewire.elf \
		$(B)/boot/BOOTX64.EFI
