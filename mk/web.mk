# SPDX-License-Identifier: BSD-2-Clause
#
# The web page's files become a table in the image (console/web.h).

WEB_FILES := $(addprefix console/web/,index.html style.css app.js icon.svg)

$(B)/console/web_files.c: mk/web.sh $(WEB_FILES)
	@mkdir -p $(@D)
	@mk/web.sh $(WEB_FILES) >$@.tmp && mv $@.tmp $@
$(B)/console/web_files.o: $(B)/console/web_files.c $(BUILD_RULES)
	$(call cc,$(KERNEL_CFLAGS) $(EXTRA_CFLAGS))
