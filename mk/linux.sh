#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# linux.sh: gets Debian's kernel for tests that boot it, unpacks the image and
# its network modules in the cache, and prints their folder: `vmlinuz`, and
# `modules/` with what was below kernel/ of the package. Nothing is installed.
set -eu

cache=$BAREWIRE_CACHE
here=$(dirname "$0")
apt_kind=deb
. "$here/debian.sh"

# The package of one version that linux-image-amd64 stands for.
versioned_package()
{
	apt_private apt-cache --no-all-versions show linux-image-amd64 |
	    sed -n 's/^Depends: .*\(linux-image-[0-9][^ ,]*\).*/\1/p' |
	    head -n 1
}

# unpack DEB: the kernel, and no more modules than NICs and protocols need.
unpack()
{
	mkdir "$work/tree" "$work/out"
	dpkg-deb --fsys-tarfile "$1" | tar -x -C "$work/tree" --wildcards \
	    './boot/vmlinuz-*' '*/kernel/net/*' '*/kernel/lib/*' \
	    '*/kernel/drivers/net/*' '*/kernel/drivers/dca/*' \
	    '*/kernel/drivers/ptp/*' '*/kernel/drivers/pps/*' \
	    '*/kernel/drivers/i2c/algos/*'
	mv "$work/tree"/boot/vmlinuz-* "$work/out/vmlinuz"
	mv "$work/tree"/lib/modules/*/kernel "$work/out/modules"
}

mkdir -p "$cache"
if [ -r "$cache/linux-image.version" ]; then
	read -r version <"$cache/linux-image.version"
	if [ -r "$cache/linux-image-$version/vmlinuz" ]; then
		echo "$cache/linux-image-$version"
		exit
	fi
fi
say 'fetching the kernel'
apt_update
package=$(versioned_package)
new_work
(cd "$work" && apt_private apt-get download "$package" >&2)
set -- "$work"/*.deb
version=$(dpkg-deb -f "$1" Version)
unpack "$1"
publish "linux-image-$version"
echo "$version" >"$cache/linux-image.version.$$"
mv "$cache/linux-image.version.$$" "$cache/linux-image.version"
echo "$cache/linux-image-$version"
