# SPDX-License-Identifier: BSD-2-Clause
"""Vector state: the same on each processor, whatever the machine offers."""

import re

import pytest
from lab import CONFIG, Lab

OSXSAVE = 1 << 18  # of CR4


def cr4(machine):
    """That of each processor."""
    text = machine.qmp_command(
        "human-monitor-command",
        **{"command-line": "info registers -a"})["return"]
    return [int(v, 16) for v in re.findall(r"CR4=([0-9a-f]+)", text)]


@pytest.mark.parametrize("cpu, words, switched_on, lookups", [
    ("max", {"avx2"}, True, "popcnt"),
    ("max,-avx2", set(), True, "popcnt"),
    ("max,-avx", set(), False, "popcnt"),
    ("max,-bmi2", {"avx2"}, True, "baseline"),
    ("qemu64", set(), False, "baseline"),
])
def test_each_processor_has_what_the_machine_offers(
        cpu, words, switched_on, lookups):
    with Lab(CONFIG, cpu=cpu, smp=4) as lab:
        says = lab.machine.wait_log("cpu: ").rsplit(":", 1)[1].split()
        assert {w for w in says if w.startswith("avx")} == words
        states = [bool(v & OSXSAVE) for v in cr4(lab.machine)]
        assert states == [switched_on] * 4
        lab.machine.wait_log(f"fib: {lookups} lookups")
        lab.alive()


def test_one_that_offers_less_is_not_used():
    """Code is chosen by the first processor and would fault on this one."""
    lesser = "max-x86_64-cpu,socket-id=0,core-id=1,thread-id=0,avx2=off"
    with Lab(CONFIG, smp="1,maxcpus=2", extra=["-device", lesser]) as lab:
        lab.machine.wait_log("smp: apic 1 lacks instructions of the first")
        lab.machine.wait_log("smp: 1 processor")
        lab.alive()
