# SPDX-License-Identifier: BSD-2-Clause
"""Links go down and come back; routes follow them."""

import pytest
from lab import CONFIG, Lab
from test_boot import in_time


@pytest.fixture(scope="module", params=["ixgbe", "e1000", "e1000e"])
def shared_lab(request):
    config = CONFIG + "ip route 203.0.113.0/24 198.51.100.2\n"
    with Lab(config, model=request.param) as lab:
        lab.alive()
        yield lab


def test_link_down_withdraws_and_link_up_restores(lab):
    def kind():
        return lab.get("/routes/lookup?address=203.0.113.1")["type"]

    def state():
        return lab.get("/interfaces/port2")["oper-status"]

    assert kind() == "unicast"
    mark = len(lab.log)
    lab.machine.set_link(2, False)
    lab.machine.wait_log("port2: link down", start=mark)
    lab.eventually(lambda: kind() == "none" and state() == "down")
    lab.machine.set_link(2, True)
    lab.machine.wait_log("port2: link up", start=mark)
    lab.eventually(lambda: kind() == "unicast" and state() == "up")
    lab.alive()


@pytest.mark.parametrize("model", ["ixgbe", "e1000e"])
def test_a_cable_that_is_out_holds_nothing_up(model):
    """Ready comes without it, in time; plugged in, it works."""
    in_time(lambda: boots_without_a_cable(model))


def boots_without_a_cable(model):
    """Milliseconds until it was ready."""
    with Lab(CONFIG, model=model, wait=False, extra=["-S"]) as lab:
        lab.machine.set_link(2, False)
        lab.machine.qmp_command("cont")
        line = lab.machine.wait_ready()
        lab.machine.wait_log("port1: link up")
        assert lab.get("/interfaces/port1")["oper-status"] == "up"
        assert lab.get("/interfaces/port2")["oper-status"] == "down"
        lab.machine.set_link(2, True)
        lab.machine.wait_log("port2: link up")
        lab.alive()
    return int(line.split()[-2])
