# SPDX-License-Identifier: BSD-2-Clause
#
# Barewire's build. `make help` lists the goals.
#
#   mk/objects.mk   what the kernel is linked from: add new files there
#   mk/flags.mk     compiler and linker flags
#   mk/sources.mk   packages and other people's sources (newlib, lwIP, ...)
#   mk/kernel.mk    compile and link rules of the kernel
#   mk/web.mk       the web page, as a table in the image
#   mk/image.mk     UEFI loader, GRUB, the ISO
#   mk/qemu.mk      QEMU with the 82599
#   mk/test.mk      `make test`
#   mk/bench.mk     `make bench`

B := build

# The machine's own python has the modules that Debian packages install.
PYTHON ?= /usr/bin/python3
ACCEL ?= tcg
JOBS ?= $(shell nproc)
CACHE := $(or $(BAREWIRE_CACHE),$(HOME)/.cache/barewire)
export PYTHON ACCEL JOBS
export BAREWIRE_CACHE := $(CACHE)

# Bytes must not depend on who builds, where, or in which language.
export LC_ALL := C
export TZ := UTC

# Parallel by default; a -j on the command line wins.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(JOBS)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
SHELL := /bin/sh

.PHONY: all
all: $(B)/barewire.iso $(B)/barewire.elf

# These goals need no packages and no sources.
LIGHT_GOALS := clean help format
GOALS := $(or $(MAKECMDGOALS),all)

include mk/objects.mk
include mk/flags.mk
ifneq ($(filter-out $(LIGHT_GOALS),$(GOALS)),)
include mk/sources.mk
include mk/kernel.mk
include mk/web.mk
include mk/image.mk
include mk/qemu.mk
endif
-include mk/test.mk
ifneq ($(filter bench%,$(GOALS)),)
include mk/bench.mk
endif

.PHONY: iso run clean format help
iso: $(B)/barewire.iso

run: $(B)/barewire.iso $(B)/deps-run
	$(PYTHON) image/run.py

clean:
	rm -rf $(B)

# The version that the style file was written for, if it is there.
CLANG_FORMAT ?= $(firstword $(shell command -v clang-format-14 clang-format))
format:
	git ls-files '*.c' '*.h' | xargs $(CLANG_FORMAT) -i

help:
	@echo 'make           build/barewire.iso and build/barewire.elf'
	@echo 'make run       boots the demo in QEMU; http://localhost:8080/'
	@echo 'make test      everything that must hold; parts of it: unit peers conformance'
	@echo 'make fuzz      each fuzzer for FUZZ_SECONDS, ten minutes unless given'
	@echo 'make conformance-linux  the clauses of the RFCs, put to Linux instead'
	@echo 'make conformance-page   puts them to Barewire and Linux, and writes docs/conformance.md'
	@echo 'make bench     figures, next to other people; parts of it: bench-fib'
	@echo 'make qemu      build/qemu/qemu-system-x86_64 with -device ixgbe'
	@echo 'make clean     removes build/ (the cache of sources stays)'
	@echo 'make format    clang-format on every C file'
	@echo 'Variables: ACCEL=$(ACCEL) JOBS=$(JOBS) BAREWIRE_CACHE=$(CACHE)'
