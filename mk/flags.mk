# SPDX-License-Identifier: BSD-2-Clause
#
# Compiler and linker flags. CC is the host's gcc: the kernel is freestanding
# x86-64, so no cross compiler is needed.

CC := gcc
# Rooms that tests compile on the host use the same warnings.
WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual \
	-Wwrite-strings -Werror

# Baseline x86-64 at the top 2 GiB. Frame pointers are for backtraces.
# -fbuiltin gives back what -ffreestanding takes: memcpy() of 6 bytes is two
# moves and not a call.
KERNEL_CODEGEN := -std=gnu11 -O2 -g -ffreestanding -fbuiltin \
	-mcmodel=kernel -fno-pic -fno-pie -mno-red-zone -march=x86-64 \
	-fno-omit-frame-pointer -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections

# The path of the tree and of the cache must not show in the bytes.
PREFIX_MAP := -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(CACHE)=.cache

KERNEL_INCLUDES = -I. -I$(B) -nostdinc -isystem $(NEWLIB_DIR)/include \
	-isystem $(GCC_INCLUDE)
LWIP_INCLUDES = -isystem $(LWIP_DIR)/src/include -Ilwip-port
# These give way to lwip-port/errors.c.
LWIP_RENAMED := icmp_dest_unreach icmp_time_exceeded icmp6_dest_unreach
LWIP_FLAGS_icmp := $(foreach f,$(LWIP_RENAMED),-D$(f)=lwip_$(f))
LWIP_FLAGS_icmp6 := $(LWIP_FLAGS_icmp)
LLHTTP_INCLUDES = -isystem $(LLHTTP_INCLUDE)
CJSON_INCLUDES = -isystem $(CJSON_DIR)
ZLIB_INCLUDES = -isystem $(ZLIB_DIR)

KERNEL_CFLAGS = $(KERNEL_CODEGEN) $(WARNINGS) $(PREFIX_MAP) $(KERNEL_INCLUDES)
THIRD_PARTY_CFLAGS = $(KERNEL_CODEGEN) -w $(PREFIX_MAP) $(KERNEL_INCLUDES) \
	$(LWIP_INCLUDES) $(LLHTTP_INCLUDES) $(CJSON_INCLUDES) \
	-DLLHTTP_STRICT_MODE=1

KERNEL_LDFLAGS := -nostdlib -static -no-pie -Wl,--build-id=none \
	-Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack \
	-Wl,--orphan-handling=error -Wl,-T,image/kernel.ld

DEPFLAGS = -MMD -MP
