# SPDX-License-Identifier: BSD-2-Clause
"""Limits are a port's, whatever the number of cores that poll it.

A flood offers many times what the limit allows; how much core 0 handled shows
in the ICMP errors that it sent. Time is the router's own, and the flood lasts
until it has seen enough: a slow machine only takes longer.
"""

import struct

import pytest
from flood import Flood
from lab import CONFIG, Lab

RATE = 20  # packets a second, and at once
WINDOW = 8  # s that are looked at
TRIES = 3  # to see them without a pause: the machine that runs this may be busy
FLOOD_MAX = 600  # s, for a slow machine
MANY = 64  # flows
PLENTY = 1000000

# What crosses to the right is too big; what comes from there has no route.
LIMITED = CONFIG.replace("interface port1", f"""interface port1
 punt-limit mtu {RATE} {RATE}
 icmp rate-limit {PLENTY} 10000""").replace("interface port2", f"""\
interface port2
 mtu 1280
 icmp rate-limit {RATE} {RATE}""")

CORES = 4
# By NIC: how many cores poll a port.
POLLERS = {"ixgbe": CORES - 1, "e1000e": 1}


@pytest.fixture(scope="module", params=POLLERS)
def lab(request):
    with Lab(LIMITED, model=request.param, smp=CORES) as made:
        made.alive()
        made.pollers = POLLERS[request.param]
        yield made


def udp6(host, destination, size, source_port):
    """A frame to the router, of one flow."""
    body = struct.pack("!HHHH", source_port, 9, size, 1) + bytes(size - 8)
    head = struct.pack("!IHBB", 6 << 28, size, 17, 64)
    mac = host.resolve(host.gateway6)
    return mac + host.mac + b"\x86\xdd" + head + host.ip6 + destination + body


class Look:
    """What was counted at some moment between two."""

    def __init__(self, lab, port, reason, error):
        self.before = lab.get("/system")["uptime"]
        counters = lab.get("/counters")
        self.after = lab.get("/system")["uptime"]
        one = counters["sum"]["ports"][port]
        self.drops = counters["sum"]["drops"]["punt-rate"]
        self.refused = one["refused"][reason]
        self.refused_by_core0 = counters["cores"][0]["drops"]["punt-rate"]
        self.by_core = [c["punts"][reason] for c in counters["cores"]]
        self.sent = counters["icmp-errors"][error]["sent"]
        self.limited = counters["icmp-errors"][error]["limited"]


def check_window(first, last):
    """No more errors than the limit allows; true if there are no less. The
    count was taken at some moment of each look; a flood that comes in gusts
    leaves part of a burst unused for a while. One that pauses for longer than
    a burst lasts leaves more."""
    sent = last.sent - first.sent
    longest = last.after - first.before
    shortest = last.before - first.after
    assert sent <= RATE * longest + RATE + 1
    return sent >= RATE * shortest - RATE - 1


def watch_window(lab, look):
    first = look()
    return first, lab.eventually(
        lambda: (lambda at: at.before > first.after + WINDOW and at)(look()),
        FLOOD_MAX)


def watch(lab, host, frames, look, flooded):
    """A flood, until `flooded(before, now)`; then WINDOW seconds of it, in
    which so many errors were sent as the limit allows."""
    before = look()
    seen = []
    with Flood(host.wire, frames, FLOOD_MAX) as flooding:
        lab.eventually(lambda: flooded(before, look()), FLOOD_MAX)
        while not seen or not check_window(*seen[-1]):
            assert len(seen) < TRIES, "fewer errors than the limit allows"
            seen.append(watch_window(lab, look))
        flooding.process.kill()
    return seen[-1]


@pytest.mark.parametrize("flows", [1, MANY])
def test_punt_limit(lab, flows):
    frames = [udp6(lab.left, lab.right.ip6, 1400, 4000 + i)
              for i in range(flows)]

    def look():
        return Look(lab, "port1", "mtu", "too-big")

    free = lab.buffers_free()
    first, last = watch(lab, lab.left, frames, look,
                        lambda a, b: b.refused - a.refused > 10 * RATE)
    busy = sum(a < b for a, b in zip(first.by_core, last.by_core))
    assert busy == (lab.pollers if flows > 1 else 1)
    # Core 0 refuses what several others have let through, and counts it once.
    assert last.limited == first.limited
    assert last.refused - first.refused == last.drops - first.drops
    by_core0 = last.refused_by_core0 - first.refused_by_core0
    went_up = sum(last.by_core) - sum(first.by_core)
    if busy == 1:
        assert by_core0 == 0
    else:
        assert by_core0 > 0
        assert went_up > last.sent - first.sent
    # 64: what the console itself moves while it counts
    lab.eventually(lambda: lab.buffers_free() >= free - 64, 60)


@pytest.mark.parametrize("flows", [1, MANY])
def test_icmp_limit(lab, flows):
    """The errors of one kind about packets of one port, from all cores."""
    nowhere = bytes.fromhex("20010db800ff") + bytes(10)
    frames = [udp6(lab.right, nowhere, 20, 4000 + i) for i in range(flows)]

    def look():
        return Look(lab, "port2", "no-route", "net-unreachable")

    first, last = watch(lab, lab.right, frames, look,
                        lambda a, b: b.limited - a.limited > 10 * RATE)
    assert last.limited - first.limited > RATE
