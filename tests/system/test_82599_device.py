# SPDX-License-Identifier: BSD-2-Clause
"""The QEMU device of the 82599 model without a guest: configuration space,
resets and properties, through QEMU's qtest protocol."""

import json
import os
import socket
import subprocess

import pytest
from qemu import QEMU_82599, die_with_parent

SLOT = 2
BAR0, BAR2, BAR4 = 0xE0000000, 0xC000, 0xE0020000
COMMAND, PM, MSI, MSIX, EXPRESS = 0x04, 0x40, 0x50, 0x70, 0xA0
STATUS, RETA, RAL0 = 0x00008, 0x05C00, 0x05400
AUTOC, HLREG0, DMATXCTL = 0x042A0, 0x04240, 0x04A80
TDBAL, TDLEN, TDT, TXDCTL = 0x06000, 0x06008, 0x06018, 0x06028
RING = 0x100000


class Bus:
    """QEMU as a bus: port, memory and configuration accesses."""

    def __init__(self, folder):
        path = os.path.join(folder, "qmp")
        card = f"ixgbe,strict=on,addr={SLOT}"
        self.process = subprocess.Popen(
            [QEMU_82599, "-machine", "pc", "-accel", "qtest", "-qtest",
             "stdio", "-qtest-log", "none", "-nodefaults",
             "-display", "none",
             "-qmp", f"unix:{path},server=on,wait=off",
             "-device", f"{card}.0,id=a,multifunction=on",
             "-device", f"{card}.1,id=b,mac=02:00:00:00:00:0b"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        self.say("endianness")
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        self.qmp = connection.makefile("rw")
        self.qmp.readline()
        self.ask("qmp_capabilities")

    def say(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        assert answer[0] == "OK", answer
        return int(answer[1], 16) if len(answer) == 2 and words[0] in (
            "readl", "readw", "inl", "inw") else None

    def ask(self, execute, **arguments):
        json.dump({"execute": execute, "arguments": arguments}, self.qmp)
        self.qmp.flush()
        return json.loads(self.qmp.readline())["return"]

    def config(self, offset, value=None, function=0):
        """Reads, or writes, 32 bits of configuration space."""
        at = 1 << 31 | SLOT << 11 | function << 8 | offset
        self.say("outl", "0xcf8", hex(at))
        if value is None:
            return self.say("inl", "0xcfc")
        return self.say("outl", "0xcfc", hex(value))

    def read(self, address):
        return self.say("readl", hex(address))

    def write(self, address, value):
        self.say("writel", hex(address), hex(value))

    def place(self):
        """What firmware does."""
        self.config(0x10, BAR0)
        self.config(0x18, BAR2)
        self.config(0x20, BAR4)
        self.config(COMMAND, 7)

    def wait(self, milliseconds=100):
        self.say("clock_step", str(milliseconds * 1000000))

    def close(self):
        self.process.kill()
        self.process.communicate()
        self.qmp.close()


@pytest.fixture
def bus(tmp_path):
    made = Bus(str(tmp_path))
    yield made
    made.close()


def test_it_looks_like_an_x520(bus):
    assert bus.config(0x00) == 0x10FB8086
    assert bus.config(0x08) == 0x02000001
    assert bus.config(0x2C) == 0x00038086
    assert bus.config(0x34) & 0xFF == EXPRESS
    found, at = {}, EXPRESS
    while at:
        head = bus.config(at)
        found[head & 0xFF] = at
        at = head >> 8 & 0xFF
    assert found == {1: PM, 5: MSI, 0x11: MSIX, 0x10: EXPRESS}
    assert bus.config(MSIX) >> 16 & 0x7FF == 63
    assert bus.config(MSIX + 4) == 4
    assert bus.config(MSIX + 8) == 0x2004
    assert bus.config(EXPRESS + 0x0C) & 0x3FF == 0x82
    assert bus.config(EXPRESS + 0x10) >> 16 & 0x3FF == 0x82


def test_the_bars_have_a_boards_sizes(bus):
    sizes = []
    for bar in (0x10, 0x18, 0x20):
        bus.config(bar, 0xFFFFFFFF)
        sizes.append(bus.config(bar))
    assert sizes == [0xFFFE000C, 0xFFFFFFE1, 0xFFFFC00C]


def test_two_functions_are_two_ports(bus):
    assert bus.config(0x0C) >> 16 & 0x80
    assert bus.config(0x3C) >> 8 & 0xFF == 1
    assert bus.config(0x3C, function=1) >> 8 & 0xFF == 2
    bus.config(0x10, BAR0, function=1)
    bus.config(COMMAND, 2, function=1)
    bus.wait()
    assert bus.read(BAR0 + STATUS) & 0xC == 4
    assert bus.read(BAR0 + RAL0) == 0x00000002
    assert bus.read(BAR0 + RAL0 + 4) & 0xFFFF == 0x0B00


def test_registers_have_a_port_too(bus):
    bus.place()
    bus.wait()
    bus.write(BAR0 + RETA, 0x03020100)
    bus.say("outl", hex(BAR2), hex(RETA))
    assert bus.say("inl", hex(BAR2 + 4)) == 0x03020100
    bus.say("outl", hex(BAR2 + 4), "0x0")
    assert bus.read(BAR0 + RETA) == 0


@pytest.mark.parametrize("reset", ["function", "power"])
def test_resets_lose_the_state(bus, reset):
    bus.place()
    bus.wait()
    bus.write(BAR0 + RETA, 0x03020100)
    assert bus.read(BAR0 + RETA) == 0x03020100
    if reset == "function":
        assert bus.config(EXPRESS + 4) & 1 << 28
        bus.config(EXPRESS + 8, 1 << 15)
        assert bus.config(COMMAND) & 7 == 0
    else:
        bus.config(PM + 4, 3)
        bus.config(PM + 4, 0)
    bus.place()
    bus.wait()
    assert bus.read(BAR0 + RETA) == 0


def send_nothing(bus, index):
    """A null descriptor that asks for its status; returns that."""
    at = RING + 16 * index
    for word, value in enumerate((RING, 0, 9 << 24, 0)):
        bus.write(at + 4 * word, value)
    bus.write(BAR0 + TDT, index + 1)
    bus.wait()
    return bus.read(at + 12) & 1


def test_asleep_it_leaves_memory_alone(bus):
    bus.place()
    bus.wait()
    bus.write(BAR0 + AUTOC, bus.read(BAR0 + AUTOC) | 1)
    bus.write(BAR0 + HLREG0, bus.read(BAR0 + HLREG0) | 1 << 15)
    bus.write(BAR0 + DMATXCTL, 1)
    bus.write(BAR0 + TDBAL, RING)
    bus.write(BAR0 + TDLEN, 128)
    bus.write(BAR0 + TXDCTL, 1 << 25)
    bus.wait()
    assert send_nothing(bus, 0) == 1
    bus.config(PM + 4, 3)
    assert send_nothing(bus, 1) == 0


def test_messages_wait_in_the_pending_bits(bus):
    """6.8.3.5 of PCI 3.0, and a cause that software sets."""
    bus.place()
    bus.wait()
    bus.config(MSIX, 1 << 31)
    for register, value in (
            (0x00898, 1 << 31 | 1 << 30 | 1 << 4),  # GPIE: MSI-X mode
            (0x00900, 0x80), (0x00810, 1),  # IVAR(0), EIAC
            (0x00880, 1), (0x00808, 1)):  # EIMS, EICS
        bus.write(BAR0 + register, value)
    bus.wait()
    assert bus.read(BAR4 + 0x2000) == 1


def test_violations_are_counted(bus):
    bus.place()
    bus.wait()
    assert bus.ask("qom-get", path="a", property="violations") == 0
    bus.say("readw", hex(BAR0 + STATUS))
    assert bus.ask("qom-get", path="a", property="violations") == 1
    assert bus.ask("qom-get", path="b", property="violations") == 0
    assert bus.process.stderr.readline().startswith("82599 strict: a 8.1 ")
