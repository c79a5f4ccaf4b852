#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# qemu.sh OUT: makes OUT, a qemu-system-x86_64 with the 82599 in it (`-device
# ixgbe`, tests/82599/). QEMU is Debian's own source, trimmed to the machines
# and devices that the tests use. It is built in the cache, in a copy of the
# source keyed by QEMU's version and by how it is trimmed. The model's sources are
# copied into it, so that a change of them compiles and links them alone. The
# finished programs stay in the cache, keyed by the model's sources.
set -eu

cache=$BAREWIRE_CACHE
here=$(dirname "$0")
model=$here/../tests/82599
out=$1
. "$here/debian.sh"

# Boards and devices by their Kconfig names; what these need they select.
devices='I440FX Q35 VTD PCIE_PORT VGA VGA_PCI ISA_DEBUG TEST_DEVICES
	PARALLEL VMPORT VMMOUSE
	E1000_PCI E1000E_PCI_EXPRESS
	VIRTIO_PCI VIRTIO_NET VIRTIO_BLK VIRTIO_RNG VIRTIO_SERIAL VIRTIO_SCSI
	SCSI NVME_PCI USB USB_EHCI_PCI USB_XHCI_PCI USB_STORAGE_BOT'

# The firmware is where Debian's packages put it.
configure='--target-list=x86_64-softmmu --with-devices-x86_64=barewire
	--without-default-features --without-default-devices
	--enable-system --enable-tcg --enable-kvm --enable-slirp
	--enable-fdt=system --enable-trace-backends=nop
	--disable-user --disable-docs --disable-tools --disable-guest-agent
	--disable-werror --disable-debug-info --disable-install-blobs
	--firmwarepath=/usr/share/qemu:/usr/share/seabios:/usr/lib/ipxe/qemu'

# The model's sources: all but the shell for host tests. Headers alone make
# no device.
model_files()
{
	[ ! -r "$model/qemu.c" ] || (cd "$model" && echo *.[ch]) |
	    tr ' ' '\n' | grep -v '^inprocess'
}

hash_of()
{
	sha256sum | cut -c1-12
}

# Writes standard input to a file only when that changes it.
update()
{
	cat >"$1.new"
	if cmp -s "$1.new" "$1"; then
		rm "$1.new"
	else
		mv "$1.new" "$1"
	fi
}

# unpack SOURCE DIR: QEMU's configure refuses the colon of Debian's version.
unpack()
{
	say "preparing ${2##*/}"
	new_work
	cp -a "$cache/$1" "$work/out"
	cp "$work/out/hw/net/meson.build" "$work/out/hw/net/meson.build.debian"
	printf 'CONFIG_%s=y\n' $devices \
	    >"$work/out/configs/devices/x86_64-softmmu/barewire.mak"
	publish "${2##*/}"
}

# What meson compiles: QEMU's own list of files, and ours behind it.
add_model()
{
	mkdir -p "$src/tests/82599"
	for f in $files; do
		update "$src/tests/82599/$f" <"$model/$f"
	done
	{
		cat "$src/hw/net/meson.build.debian"
		for f in $files; do
			case $f in
			*.c) echo "softmmu_ss.add(files('../../tests/82599/$f'))" ;;
			esac
		done
	} | update "$src/hw/net/meson.build"
}

build()
{
	say "building QEMU${files:+ with the 82599} (log: $src/build.log)"
	if ! {
		[ -r "$src/build/build.ninja" ] ||
		    (mkdir -p "$src/build" && cd "$src/build" &&
		    ../configure $configure --ninja=ninja --meson=meson) &&
		    ninja -C "$src/build" -j "$JOBS" qemu-system-x86_64
	} >"$src/build.log" 2>&1; then
		tail -n 40 "$src/build.log" >&2
		exit 1
	fi
}

mkdir -p "$cache" "$(dirname "$out")"
source=$(debian_source qemu)
name=$(printf %s "$source" | tr -c '[:alnum:].+-' _)
src=$cache/$name-$(printf %s "$devices$configure" | hash_of)

# One at a time; the second finds what the first has made. The key is that of
# the copies: the tree may change at any moment.
exec 9>"$src.lock"
flock 9
[ -d "$src" ] || unpack "$source" "$src"
files=$(model_files)
add_model
key=$(cd "$src/tests/82599" && for f in $files; do
	echo "$f"
	cat "$f"
done | hash_of)
program=$src/programs/$key
if [ ! -x "$program" ]; then
	build
	mkdir -p "$src/programs"
	strip -o "$program.new" "$src/build/qemu-system-x86_64"
	mv "$program.new" "$program"
	# The last few are enough.
	ls -t "$src/programs" | tail -n +6 | while read -r old; do
		rm -f "$src/programs/$old"
	done
fi
cp "$program" "$out.new"
mv "$out.new" "$out"
