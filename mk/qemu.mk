# SPDX-License-Identifier: BSD-2-Clause
#
# `make qemu`: QEMU with the model of the 82599, for tests.

QEMU_82599 := $(B)/qemu/qemu-system-x86_64
QEMU_82599_SOURCES := $(filter-out tests/82599/inprocess%, \
	$(wildcard tests/82599/*.c tests/82599/*.h))

$(QEMU_82599): mk/qemu.sh mk/debian.sh $(QEMU_82599_SOURCES) $(B)/deps-qemu
	@mk/qemu.sh $@

.PHONY: qemu
qemu: $(QEMU_82599)
