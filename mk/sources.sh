#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# sources.sh: gets the sources of newlib, lwIP, cJSON and zlib from Debian,
# unpacks and builds them in the cache, and prints the makefile variables that say
# where they are.
set -eu

cache=$BAREWIRE_CACHE
here=$(dirname "$0")
. "$here/debian.sh"

# newlib: prints the folder of the built newlib.
newlib()
{
	name=newlib-$("$here/newlib.sh" --key)
	if [ ! -d "$cache/$name" ]; then
		say "building $name"
		new_work
		if ! "$here/newlib.sh" "$work" >"$work/log" 2>&1; then
			tail -n 30 "$work/log" >&2
			exit 1
		fi
		publish "$name"
	fi
	echo "$name"
}

# plain NAME: prints a name of that folder without the colon that an epoch in
# Debian's version brings: make takes it for its own.
plain()
{
	name=$(echo "$1" | tr : _)
	[ -e "$cache/$name" ] || ln -s "$1" "$cache/$name" 2>/dev/null ||
	    [ -e "$cache/$name" ]
	echo "$name"
}

mkdir -p "$cache"
newlib=$(newlib)
lwip=$(debian_source lwip)
cjson=$(debian_source cjson)
zlib=$(debian_source zlib)
cat <<END
SOURCES_CACHE := $cache
NEWLIB_DIR := $cache/$newlib
LWIP_DIR := $cache/$lwip
CJSON_DIR := $cache/$cjson
ZLIB_DIR := $cache/$(plain "$zlib")
LLHTTP_DIR := /usr/share/llhttp
LLHTTP_INCLUDE := /usr/share/include/llhttp
LLHTTP_VERSION := $(dpkg-query -W -f '${Version}' node-llhttp)
GCC_VERSION := $(gcc -dumpfullversion)
GRUB_VERSION := $(dpkg-query -W -f '${Version}' grub-pc-bin)
GNU_EFI_VERSION := $(dpkg-query -W -f '${Version}' gnu-efi)
GCC_INCLUDE := $(gcc -print-file-name=include)
END
