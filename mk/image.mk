# SPDX-License-Identifier: BSD-2-Clause
#
# The UEFI loader and the ISO.

# Dates in images are the commit's.
SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),0)
export SOURCE_DATE_EPOCH

# What a loader carries: no debug information, no symbols.
$(B)/iso/barewire.elf: $(B)/barewire.elf
	@mkdir -p $(@D)
	@objcopy --strip-all $< $@

# The UEFI loader, with the kernel inside.
EFI_OBJS := efi.o efi_tables.o efi_volume.o memory.o efi_kernel.o
EFI_CFLAGS := -std=gnu11 -O2 -ffreestanding -fpic -fshort-wchar \
	-mno-red-zone -maccumulate-outgoing-args -fno-stack-protector \
	-fcf-protection=none -fno-asynchronous-unwind-tables -march=x86-64 \
	-DGNU_EFI_USE_MS_ABI -I. -isystem /usr/include/efi \
	-isystem /usr/include/efi/x86_64 $(WARNINGS) $(PREFIX_MAP)
EFI_SECTIONS := .text .sdata .data .dynamic .dynsym .rel .rela .rel.* .rela.* \
	.reloc

$(B)/efi/%.o: boot/%.c mk/image.mk $(B)/sources.id
	$(call cc,$(EFI_CFLAGS))
$(B)/efi/efi_kernel.o: boot/efi_kernel.S $(B)/iso/barewire.elf
	$(call cc,-DEFI_KERNEL='"$(B)/iso/barewire.elf"')
$(B)/efi/loader.so: $(addprefix $(B)/efi/,$(EFI_OBJS))
	@echo "  LD      $@"
	@ld -nostdlib -shared -Bsymbolic -znocombreloc -znoexecstack --no-undefined \
		--build-id=none -T /usr/lib/elf_x86_64_efi.lds \
		/usr/lib/crt0-efi-x86_64.o $^ -o $@ -L/usr/lib -lefi -lgnuefi
$(B)/iso/BOOTX64.EFI: $(B)/efi/loader.so
	@mkdir -p $(@D)
	@objcopy $(addprefix -j ,$(EFI_SECTIONS)) --target=efi-app-x86_64 \
		--subsystem=10 $< $@
-include $(patsubst %.o,$(B)/efi/%.d,$(EFI_OBJS))

GRUB_DIR := /usr/lib/grub/i386-pc
# Drives, tables and file systems that hold us or a config volume, and the
# commands of grub.cfg.
GRUB_MODULES := biosdisk part_msdos part_gpt iso9660 fat normal configfile \
	multiboot2 boot regexp probe test

# GRUB: the boot image for CDs, with /boot/grub/grub.cfg on the same medium.
$(B)/grub-core.img: mk/image.mk $(B)/sources.id
	@echo "  GRUB    $@"
	@grub-mkimage -O i386-pc-eltorito -d $(GRUB_DIR) -p /boot/grub -o $@ \
		$(GRUB_MODULES)

$(B)/barewire.iso: mk/iso.sh image/grub.cfg $(B)/grub-core.img \
		$(B)/iso/barewire.elf $(B)/iso/BOOTX64.EFI
	@echo "  ISO     $@"
	@mk/iso.sh $@ $(B)/grub-core.img $(B)/iso/barewire.elf \
		$(B)/iso/BOOTX64.EFI
