# SPDX-License-Identifier: BSD-2-Clause
"""Linux's ixgbe driver on the 82599 model without MSI-X and MSI.

The kernel is told that the machine has none: INTx then carries everything.
"""

import re

import pytest
from pair import PORT, boot, model

# The driver warns that it falls back, and what it then goes without.
FALLS_BACK = re.compile(r"MSI|Disabling (DCB|SR-IOV|RSS) support")


@pytest.fixture(scope="module")
def guest(request):
    with boot(request, model(request), kernel_options="pci=nomsi") as pair:
        pair.load(pair.module)
        assert [text for text in pair.new_warnings()
                if not FALLS_BACK.search(text)] == []
        pair.cable()
        yield pair


def test_ports_use_intx(guest):
    interrupts = guest.run("cat /proc/interrupts")
    for port in PORT.values():
        assert re.search(rf"IO-APIC.*fasteoi.*{port}", interrupts)


@pytest.mark.parametrize("name", ["a", "b"])
def test_offline_self_test_passes(guest, name):
    guest.self_test(name)


def test_traffic_and_link(guest):
    guest.ping("a")
    for options in ("-t 1", "-t 1 -R"):
        guest.iperf("a", options)
    guest.machine.set_link(0, False)
    guest.wait_carrier("a", 0)
    guest.machine.set_link(0, True)
    guest.wait_carrier("a", 1)
    guest.ping("a")
