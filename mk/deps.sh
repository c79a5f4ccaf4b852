#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# deps.sh GOAL...: installs the Debian packages that the goals (build, run,
# qemu, test, bench) lack. Costs one dpkg-query when nothing is missing.
set -eu

build='gcc libc6-dev binutils make dpkg-dev xz-utils gnu-efi grub-pc-bin
	grub-common xorriso mtools newlib-source node-llhttp ca-certificates'
run='qemu-system-x86 ovmf python3'
qemu='ninja-build meson pkg-config libglib2.0-dev libpixman-1-dev
	libslirp-dev libfdt-dev python3 qemu-system-data seabios ipxe-qemu'
test='clang-14 libclang-rt-14-dev clang-format-14 cppcheck libcmocka-dev
	python3-pytest python3-scapy chromium git busybox-static cpio ethtool
	iperf3 iproute2 iputils-arping iputils-ping iputils-tracepath ipxe
	libloc-database procps traceroute util-linux'
bench='libdpdk-dev pkg-config valgrind libloc-database'

say()
{
	echo "deps: $*" >&2
}

want=
for goal in "$@"; do
	case $goal in
	build) want="$want $build" ;;
	run) want="$want $build $run" ;;
	qemu) want="$want $build $qemu" ;;
	test) want="$want $build $run $qemu $test" ;;
	bench) want="$want $build $bench" ;;
	*) say "unknown goal $goal"; exit 2 ;;
	esac
done
want=$(printf '%s\n' $want | sort -u)

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	say 'this system has no apt; install what these Debian packages hold:'
	say $want
	exit 1
fi

# make asks for several goals at once, and apt serves one at a time: who comes
# second finds nothing left to do.
exec 9<"$0"
flock 9

# A package counts as there when dpkg says so, or one that provides it does.
have=$(dpkg-query -W -f '${Status}\t${Package} ${Provides}\n' |
    sed -n 's/^install ok installed\t//p' | tr -d ',' | tr ' ' '\n' | sort -u)
lack=
for package in $want; do
	case "
$have
" in
	*"
$package
"*) ;;
	*) lack="$lack $package" ;;
	esac
done
[ -n "$lack" ] || exit 0

say "installing$lack"
as_root=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		say "not root and no sudo; as root: apt-get install$lack"
		exit 1
	fi
	as_root=sudo
fi
$as_root apt-get -q update >&2
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    --no-install-recommends install $lack >&2
