# SPDX-License-Identifier: BSD-2-Clause
"""An idle router rests, and no packet waits for it to wake.

Latency is in guest time: QEMU counts instructions (-icount), and the two dumps
of the wires are stamped by the same virtual clock.
"""

import os
import struct
import time

import pytest
from lab import CONFIG, LEFT, RIGHT, Lab
from scapy.layers.inet import IP, UDP

PROBES = 100
WAIT_MAX_US = 100
RESTING_MAX = 0.25  # host cores; spinning, three workers take all they get
BUSY = CONFIG + "poll busy\n"


def probe(number):
    return bytes(IP(src=LEFT[1], dst=RIGHT[1])
                 / UDP(sport=7, dport=7777) / struct.pack("!I", number))


def probe_number(frame):
    """Of a frame made by probe(), or None."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 17 or \
            frame[36:38] != struct.pack("!H", 7777):
        return None
    return int.from_bytes(frame[42:46], "big")


def stamps(path):
    """Microsecond of each probe in a dump (libpcap format)."""
    with open(path, "rb") as f:
        data = f.read()
    found, at = {}, 24
    while at + 16 <= len(data):
        seconds, micros, kept, _ = struct.unpack_from("<IIII", data, at)
        number = probe_number(data[at + 16:at + 16 + kept])
        if number is not None:
            found[number] = seconds * 1_000_000 + micros
        at += 16 + kept
    return found


@pytest.mark.parametrize("model,smp", [
    ("ixgbe", 1), ("ixgbe", 2), ("ixgbe", 4), ("e1000", 1), ("e1000", 4),
    ("e1000e", 1), ("e1000e", 4)])
def test_a_packet_wakes_an_idle_router_in_time(model, smp, tmp_path):
    dumps = [str(tmp_path / name) for name in ("left", "right")]
    extra = ["-icount", "shift=1,sleep=off"]
    for i, path in enumerate(dumps, 1):
        extra += ["-object", f"filter-dump,id=d{i},netdev=n{i},file={path}"]
    if model == "e1000e":
        # It sets the timer of its throttle just before it sends a message. The
        # clock of an idle machine then jumps to the next timer: have one near.
        extra += ["-object", "filter-buffer,id=near,netdev=n0,interval=20"]
    with Lab(CONFIG, model=model, smp=smp, extra=extra) as lab:
        lab.alive()
        for number in range(PROBES):
            time.sleep(0.01)  # the idleness under test
            lab.left.send_ip(probe(number))
            assert lab.right.next(
                lambda f, n=number: probe_number(f) == n), number
        sleeps = sum(c["sleeps"] for c in lab.get("/system")["cpu"]["cores"])
    assert sleeps >= PROBES
    came, went = (stamps(path) for path in dumps)
    waited = sorted(went[n] - came[n] for n in range(PROBES))
    print(f"{model}, {smp} cores: median {waited[PROBES // 2]} us, "
          f"longest {waited[-1]} us")
    assert waited[-1] <= WAIT_MAX_US, waited


def load(process, seconds):
    """Share of one host core that a process takes for a while."""
    def ticks():
        with open(f"/proc/{process.pid}/stat", encoding="ascii") as f:
            fields = f.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    before = ticks()
    time.sleep(seconds)  # the span under test
    return (ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds


@pytest.mark.parametrize("model", ["ixgbe", "e1000e"])
def test_idle_cores_rest(model):
    """What is left of four cores is core 0's tick."""
    with Lab(CONFIG, model=model, smp=4) as lab:
        lab.alive()
        resting = load(lab.machine.process, 3)
    print(f"{model}: {resting:.2f} host cores in use")
    assert resting < RESTING_MAX


def test_busy_cores_never_rest():
    with Lab(BUSY, smp=4) as lab:
        lab.alive()
        assert not any(c["sleeps"] for c in lab.get("/system")["cpu"]["cores"])
