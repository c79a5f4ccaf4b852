# SPDX-License-Identifier: BSD-2-Clause
#
# Packages, and the sources that are not ours. build/deps-GOAL is newer than
# dpkg's own state as long as nothing was installed or removed since we
# looked. build/sources.mk says where newlib, lwIP, ... are; make rebuilds it
# first and then reads it. build/sources.id is a copy that is written only
# when it changes: objects depend on that.

$(B)/deps-%: mk/deps.sh $(wildcard /var/lib/dpkg/status)
	@mkdir -p $(@D)
	@mk/deps.sh $*
	@touch $@
.PRECIOUS: $(B)/deps-%

$(B)/sources.mk: mk/sources.sh mk/debian.sh mk/deb822.awk $(B)/deps-build
	@mk/sources.sh >$@
	@cmp -s $@ $(B)/sources.id || cp $@ $(B)/sources.id

include $(B)/sources.mk

# The cache was moved or emptied: look again.
SOURCES_NEEDED = $(NEWLIB_DIR)/libc.a $(LWIP_DIR)/src/core/init.c \
	$(CJSON_DIR)/cJSON.c $(ZLIB_DIR)/inflate.c
ifneq ($(SOURCES_CACHE),$(CACHE))
$(B)/sources.mk: FORCE
else ifneq ($(words $(wildcard $(SOURCES_NEEDED))),$(words $(SOURCES_NEEDED)))
$(B)/sources.mk: FORCE
endif
