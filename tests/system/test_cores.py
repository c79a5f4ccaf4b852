# SPDX-License-Identifier: BSD-2-Clause
"""Every core polls: any number of cores, flows spread, each in its order."""

import socket
import struct
import threading

import pytest
from lab import CONFIG, LEFT, RIGHT, Lab
from wire import checksum

FLOWS = 1000
ROUNDS = 8  # packets of a flow
WINDOW = 256  # frames between the two hosts at any time
SHARED = "ixgbe"  # a queue pair for each worker


@pytest.fixture(
    scope="module",
    params=[(m, n) for m in (SHARED, "e1000e", "e1000") for n in (1, 2, 4, 8)],
    ids=lambda p: f"{p[0]}-smp{p[1]}",
)
def shared_lab(request):
    model, smp = request.param
    with Lab(CONFIG, model=model, smp=smp) as lab:
        lab.model, lab.smp = model, smp
        lab.alive()
        yield lab


def cores(lab):
    return lab.get("/system")["cpu"]["cores"]


def workers(lab):
    return [c for c in cores(lab) if "worker" in c["role"]]


def flow_frame(lab, flow, number, version=4):
    """Packet `number` of a UDP flow, from left to right."""
    sport, dport = 1024 + flow, 2000
    payload = struct.pack("!HHHHII", sport, dport, 16, 0, flow, number)
    if version == 4:
        head = struct.pack(
            "!BBHHHBBH4s4s", 0x45, 0, 36, 0, 0, 64, 17, 0,
            socket.inet_aton(LEFT[1]), socket.inet_aton(RIGHT[1]))
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    else:
        head = struct.pack("!IHBB", 6 << 28, 16, 17, 64) + b"".join(
            socket.inet_pton(socket.AF_INET6, a) for a in (LEFT[3], RIGHT[3]))
    kind = b"\x08\x00" if version == 4 else b"\x86\xdd"
    mac = lab.left.resolve(
        lab.left.gateway4 if version == 4 else lab.left.gateway6)
    return mac + lab.left.mac + kind + head + payload


def read_flow(frame, version):
    """(flow, number) of a frame made by flow_frame, or None."""
    at = {4: 34, 6: 54}[version]
    kind = {4: b"\x08\x00", 6: b"\x86\xdd"}[version]
    protocol = frame[23] if version == 4 else frame[20]
    if frame[12:14] != kind or protocol != 17 or frame[at + 2:at + 4] != \
            struct.pack("!H", 2000):
        return None
    return struct.unpack("!II", frame[at + 8:at + 16])


def cross(lab, order, version=4):
    """Sends (flow, number) pairs; returns those that came out, in order."""
    got, done = [], threading.Event()

    def collect():
        while len(got) < len(order):
            frame = lab.right.next(lambda f: read_flow(f, version), 20)
            if frame is None:
                break
            got.append(read_flow(frame, version))
        done.set()

    frames = [flow_frame(lab, f, n, version) for f, n in order]
    threading.Thread(target=collect, daemon=True).start()
    for i, frame in enumerate(frames):
        while i - len(got) >= WINDOW and not done.wait(0.001):
            pass
        lab.left.send(frame)
    assert done.wait(120)
    return got


def handled(lab):
    """Packets by core id."""
    return {c["id"]: c["packets"] for c in workers(lab)}


def test_all_cores_are_in_use(lab):
    assert len(cores(lab)) == lab.smp
    assert len(workers(lab)) == max(1, lab.smp - 1)
    roles = [c["role"] for c in cores(lab)]
    assert roles[0] == ("control+worker" if lab.smp == 1 else "control")
    count = len(workers(lab))
    plural = "" if count == 1 else "s"
    assert f"{count} worker{plural}," in lab.machine.wait_ready()


@pytest.mark.parametrize("version", [4, 6])
def test_a_thousand_flows_cross_each_in_order(lab, version):
    order = [(f, n) for n in range(ROUNDS) for f in range(FLOWS)]
    before, drops = handled(lab), lab.drops()
    got = cross(lab, order, version)
    after = handled(lab)
    assert sorted(got) == sorted(order), (drops, lab.drops())
    last = {}
    for flow, number in got:
        assert number == last.get(flow, -1) + 1, f"flow {flow} out of order"
        last[flow] = number
    took = [after[c] - before[c] for c in after]
    assert sum(took) >= len(order)
    if lab.model == SHARED:
        assert max(took) <= 2 * sum(took) / len(took), took
        assert min(took) > 0, took


def test_a_flow_stays_on_one_worker(lab):
    """So its packets cannot overtake each other, however cores are timed."""
    used = set()
    for flow in range(0, FLOWS, 125):
        before = handled(lab)
        cross(lab, [(flow, n) for n in range(100)])
        after = handled(lab)
        busy = [c for c in after if after[c] - before[c] >= 90]
        # A NIC with one queue has its frames sent by the port's owner.
        assert len(busy) == (1 if lab.model == SHARED else
                             min(2, len(after))), (before, after)
        used.add(busy[0])
    if lab.model == SHARED and lab.smp > 2:
        assert len(used) > 1

