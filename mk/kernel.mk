# SPDX-License-Identifier: BSD-2-Clause
#
# Compiles and links the kernel. The link has two passes: the first gives the
# addresses from which the symbol table for backtraces is made, the second
# adds that table behind all code, so that no function moves.

KERNEL_ALL_OBJS := $(addprefix $(B)/,$(OBJS) $(THIRD_PARTY_OBJS))

# Headers that lwIP's own, which count as the system's, include for us.
LWIP_CONFIG := $(wildcard lwip-port/*.h lwip-port/arch/*.h)
$(addprefix $(B)/,$(LWIP_OBJS) $(LWIP_PORT_OBJS) $(CONSOLE_OBJS)): \
	$(LWIP_CONFIG)

$(addprefix $(B)/,$(LWIP_PORT_OBJS)): EXTRA_CFLAGS = $(LWIP_INCLUDES)
$(addprefix $(B)/,$(CONSOLE_OBJS)): EXTRA_CFLAGS = $(LWIP_INCLUDES) \
	$(LLHTTP_INCLUDES) $(CJSON_INCLUDES)
$(B)/control/gunzip.o: EXTRA_CFLAGS = $(ZLIB_INCLUDES)
# The glyphs are in a header of grub-common.
$(B)/kernel/font.o: EXTRA_CFLAGS = -isystem /usr/share/grub
# main.c puts all the rooms together.
$(B)/kernel/main.o: EXTRA_CFLAGS = $(LWIP_INCLUDES)

define cc
@echo "  CC      $@"
@mkdir -p $(@D)
@$(CC) $(1) $(DEPFLAGS) -c -o $@ $<
endef

# Flags and sources live in these: a change rebuilds.
BUILD_RULES := Makefile mk/flags.mk mk/kernel.mk $(B)/sources.id

$(B)/%.o: %.c $(BUILD_RULES) | $(B)/version.h
	$(call cc,$(KERNEL_CFLAGS) $(EXTRA_CFLAGS))
$(B)/%.o: %.S $(BUILD_RULES)
	$(call cc,$(KERNEL_CFLAGS))
$(B)/lwip/%.o: $(LWIP_DIR)/src/%.c $(BUILD_RULES)
	$(call cc,$(THIRD_PARTY_CFLAGS) $(LWIP_FLAGS_$(notdir $*)))
$(B)/llhttp/%.o: $(LLHTTP_DIR)/%.c $(BUILD_RULES)
	$(call cc,$(THIRD_PARTY_CFLAGS))
$(B)/cjson/%.o: $(CJSON_DIR)/%.c $(BUILD_RULES)
	$(call cc,$(THIRD_PARTY_CFLAGS))
$(B)/zlib/%.o: $(ZLIB_DIR)/%.c $(BUILD_RULES)
	$(call cc,$(THIRD_PARTY_CFLAGS))

# Written only when it changes, so that a new commit does not rebuild it all.
$(B)/version.h: FORCE
	@mk/version.sh $@

KERNEL_LINK = $(CC) $(KERNEL_LDFLAGS) -o $@ $(filter %.o,$^) \
	-Wl,--start-group $(NEWLIB_DIR)/libc.a -lgcc -Wl,--end-group
KERNEL_LINK_DEPS := $(KERNEL_ALL_OBJS) image/kernel.ld mk/flags.mk

# The first pass has an empty table in the place of the real one.
$(B)/pass1.elf: $(KERNEL_LINK_DEPS) $(B)/ksyms0.o
	@echo "  LD      $@"
	@$(KERNEL_LINK)
$(B)/ksyms0.S: mk/ksyms.awk
	@mkdir -p $(@D)
	@awk -f $< </dev/null >$@
$(B)/ksyms.S: $(B)/pass1.elf mk/ksyms.awk
	@nm -n $< | awk -f mk/ksyms.awk >$@
$(B)/ksyms0.o $(B)/ksyms.o: $(B)/%.o: $(B)/%.S
	$(call cc,$(KERNEL_CFLAGS))
$(B)/barewire.elf: $(KERNEL_LINK_DEPS) $(B)/ksyms.o $(B)/pass1.elf
	@echo "  LD      $@"
	@$(KERNEL_LINK)
	@mk/check-ksyms.sh $(B)/pass1.elf $@

.PHONY: FORCE
FORCE:

-include $(KERNEL_ALL_OBJS:.o=.d)
