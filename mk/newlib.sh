#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# newlib.sh DIR: builds newlib's libc for the kernel, with the host's
# compiler, from Debian's newlib-source, below DIR; DIR/out then holds
# include/ and libc.a. `newlib.sh --key` prints what the result depends on.
set -eu

# Bare-metal x86-64: one thread, no wide characters, the kernel's code model.
# System calls are _write(), _sbrk(), ... of kernel/syscalls.c.
flags='-O2 -w -ffreestanding -march=x86-64 -mcmodel=kernel -fno-pic -fno-pie
	-mno-red-zone -fno-omit-frame-pointer -fno-stack-protector
	-fcf-protection=none -fno-asynchronous-unwind-tables
	-ffunction-sections -fdata-sections -UMISSING_SYSCALL_NAMES'
options='--disable-multilib --disable-nls --disable-newlib-mb
	--disable-newlib-iconv --disable-newlib-multithread
	--disable-newlib-wide-orient --disable-newlib-fvwrite-in-streamio
	--disable-newlib-atexit-dynamic-alloc --enable-lite-exit
	--enable-newlib-global-atexit --enable-newlib-io-long-long
	--enable-newlib-io-c99-formats'

if [ "$1" = --key ]; then
	version=$(dpkg-query -W -f '${Version}' newlib-source)
	sum=$({ cat "$0"; gcc -dumpfullversion; } | cksum)
	echo "$version-${sum%% *}"
	exit
fi

dir=$1
flags="$(echo $flags) -ffile-prefix-map=$dir=."
mkdir "$dir/src" "$dir/obj" "$dir/out"
tar -xf /usr/src/newlib/newlib-*.tar.xz -C "$dir/src" --strip-components=1
cd "$dir/obj"
../src/newlib/configure --build="$(gcc -dumpmachine)" --host=x86_64-elf \
    --prefix=/ $options CC=gcc AR=ar RANLIB=ranlib AS=as \
    CFLAGS="$flags" CCASFLAGS="$flags"
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -j"${JOBS:-1}"
cp -R ../src/newlib/libc/include "$dir/out/include"
cp -RL targ-include/. "$dir/out/include"
# The compiler's own serves C11 atomics; newlib's is for those that have none.
rm "$dir/out/include/stdatomic.h"
cp libc.a "$dir/out/libc.a"
