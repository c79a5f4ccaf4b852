# SPDX-License-Identifier: BSD-2-Clause
"""The other processors: all that there are come up, and no others."""

import struct

import gdb
import pytest
from lab import CONFIG, Lab
from qemu import Machine

GHOST = 77  # an APIC id that no processor has


def says(machine, count):
    line = machine.wait_log("smp: ")
    assert line.endswith(f"smp: {count} processor{'s' * (count > 1)}"), line


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_every_processor_runs(count, firmware):
    with Lab(CONFIG, smp=count, firmware=firmware) as lab:
        says(lab.machine, count)
        lab.alive()


@pytest.mark.parametrize("machine", [
    {"machine": "pc", "smp": 4},
    {"machine": "pc", "smp": 4, "firmware": "uefi"},
    {"cpu": "qemu64", "smp": 4},
])
def test_on_other_machines(machine):
    with Machine([], **machine) as m:
        m.wait_ready()
        says(m, 4)


def test_no_more_than_sixteen():
    with Machine([], smp=18) as m:
        m.wait_ready()
        assert m.wait_log("smp: 2 more processors are not used")
        assert m.wait_log("smp: 16 processors")


def test_a_processor_that_may_come_later_is_not_waited_for():
    """An entry of the MADT that is not enabled is an empty socket."""
    with Machine([], smp="2,maxcpus=4") as m:
        m.wait_ready()
        says(m, 2)


def test_a_processor_that_is_not_there(tmp_path):
    """A second MADT names one: the firmware is wrong, we go on without."""
    entry = struct.pack("<BBBBI", 0, 8, GHOST, GHOST, 1)
    table = tmp_path / "madt"
    table.write_bytes(struct.pack("<II", 0xfee00000, 0) + entry)
    extra = ["-acpitable", f"sig=APIC,rev=3,data={table}"]
    with Lab(CONFIG, smp=2, extra=extra) as lab:
        lab.machine.wait_log(f"smp: apic {GHOST} did not start")
        lab.machine.wait_log("smp: 2 processors")
        lab.alive()


def test_a_processor_that_is_late(tmp_path):
    """It is held while it is waited for; then it must stop by itself."""
    path = str(tmp_path / "gdb")
    with Machine([], smp=3, extra=gdb.options(path)) as m, gdb.Gdb(path) as g:
        g.run_to(gdb.symbol("smp_start"))
        g.run(1, 3)
        m.wait_log("smp: apic 1 did not start")
        m.wait_log("smp: 2 processors")
        g.stop()
        assert g.rip(2) != park(), "it has run already"
        g.run()
        m.wait_ready()
        g.stop()
        assert park() <= g.rip(2) <= park() + 3
        assert not any("panic" in line for line in m.log)


def park():
    return gdb.symbol("smp_park")


def test_who_waits_leaves_the_local_apic_alone():
    """A write of its timer was lost under QEMU 7.2, rarely, most likely while
    another processor mapped devices; then nothing woke it any more."""
    trace = "apic_mem_writel"
    with Lab(CONFIG, smp=4, extra=["-trace", trace]) as lab:
        first, last = (next(i for i, line in enumerate(lab.log) if text in line)
                       for text in ("smp: 4 processors", "mem: locked"))
        assert any(trace in line for line in lab.log[:first])
        writes = [line for line in lab.log[first:last] if trace in line]
        assert not writes, f"{len(writes)}, {writes[0]}"


def test_a_panic_stops_all_and_all_come_back():
    with Lab(CONFIG, smp=4) as lab:
        mark = len(lab.log)
        lab.machine.qmp_command("inject-nmi")
        lab.machine.wait_log("panic: on processor 0", start=mark)
        lab.machine.wait_log("panic: reboot in 5 s", start=mark)
        assert sum("on processor" in line for line in lab.log) == 1
        mark = len(lab.log)
        lab.machine.wait_log("smp: 4 processors", start=mark)
        lab.machine.wait_log("barewire: ready", start=mark)
        lab.alive()
