# SPDX-License-Identifier: BSD-2-Clause
"""Packets cross with one hop less and nothing else changed."""

import socket
import struct
import threading

import pytest
from lab import CONFIG, LEFT, RIGHT, ROUTER_MAC, Lab
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from wire import checksum

SIZES = [60, 61, 64, 65, 66, 67, 68, 127, 128, 129, 255, 256, 590, 1023,
         1024, 1280, 1499, 1500, 1501, 1513, 1514]


@pytest.fixture(scope="module", params=["ixgbe", "e1000", "e1000-82545em", "e1000e"])
def shared_lab(request):
    with Lab(CONFIG, model=request.param) as lab:
        lab.alive()
        yield lab


def packet(version, size, ends, ttl=64):
    """A UDP packet whose frame has `size` bytes."""
    source, destination = ends
    index = {4: 1, 6: 3}[version]
    head = {
        4: lambda: IP(src=source[index], dst=destination[index], ttl=ttl,
                      tos=0xB8, id=4711, flags="DF"),
        6: lambda: IPv6(src=source[index], dst=destination[index], hlim=ttl,
                        tc=0xB8, fl=0x12345),
    }[version]()
    room = size - 14 - len(head) - 8
    payload = bytes(i % 251 for i in range(room))
    return bytes(head / UDP(sport=1000, dport=2000) / payload)


def crossed(frame):
    """True for a UDP frame of ours, not for the router's own chatter."""
    if frame[12:14] == b"\x08\x00":
        return frame[23] == 17 and frame[36:38] == struct.pack("!H", 2000)
    return frame[12:14] == b"\x86\xdd" and frame[20] == 17


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("way", ["left-to-right", "right-to-left"])
def test_every_size_crosses_unchanged(lab, version, way):
    sender, receiver, ends, out = {
        "left-to-right": (lab.left, lab.right, (LEFT, RIGHT), 2),
        "right-to-left": (lab.right, lab.left, (RIGHT, LEFT), 1),
    }[way]
    sizes = [s for s in SIZES if version == 4 or s >= 62]
    for size in sizes:
        sent = packet(version, size, ends)
        sender.send_ip(sent)
        frame = receiver.next(crossed)
        assert frame, f"frame of {size} bytes did not arrive"
        ether = Ether(frame)
        assert ether.dst == ends[1][0]
        assert ether.src == ROUTER_MAC[out]
        got = frame[14:14 + len(sent)]
        if version == 4:
            assert got[8] == sent[8] - 1
            assert checksum(got[:20]) == 0
            got = got[:8] + sent[8:9] + got[9:10] + sent[10:12] + got[12:]
        else:
            assert got[7] == sent[7] - 1
            got = got[:7] + sent[7:8] + got[8:]
        assert got == sent
        assert len(frame) <= max(60, size)


@pytest.mark.parametrize("version", [4, 6])
def test_ttl_two_crosses_and_one_does_not(lab, version):
    lab.left.send_ip(packet(version, 100, (LEFT, RIGHT), ttl=2))
    frame = lab.right.next(crossed)
    assert frame[22 if version == 4 else 21] == 1
    lab.left.send_ip(packet(version, 100, (LEFT, RIGHT), ttl=1))
    answer = lab.left.next(lambda f: is_time_exceeded(f, version))
    assert answer, "no time exceeded"
    source = answer[26:30] if version == 4 else answer[22:38]
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    assert source == socket.inet_pton(family, LEFT[2 if version == 4 else 4])
    assert not lab.right.next(crossed, 0.5)


def is_time_exceeded(frame, version):
    if version == 4:
        return frame[12:14] == b"\x08\x00" and frame[23] == 1 \
            and frame[34] == 11
    return frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 3


COUNT = 100_000
# Frames between the two hosts at any time. QEMU drops what the receiving host
# leaves in its queue, which is not the router's doing.
WINDOW = 4096


def test_a_hundred_thousand_frames_arrive_in_order(lab):
    """Sent as fast as they come out again: none lost, none overtaken."""
    mac = lab.left.resolve(lab.left.gateway4)
    template = bytearray(mac + lab.left.mac + b"\x08\x00"
                         + packet(4, 60, (LEFT, RIGHT)))
    template[40:42] = b"\0\0"  # UDP without checksum: the payload changes
    before = lab.drops()
    got = []
    done = threading.Event()

    def collect():
        while len(got) < COUNT:
            frame = lab.right.next(crossed)
            if frame is None:
                break
            got.append(int.from_bytes(frame[42:46], "big"))
        done.set()

    threading.Thread(target=collect, daemon=True).start()
    for i in range(COUNT):
        while i - len(got) >= WINDOW and not done.wait(0.001):
            pass
        template[42:46] = i.to_bytes(4, "big")
        lab.left.send(bytes(template))
    assert done.wait(600)
    after = lab.drops()
    changed = {k: after[k] - before[k] for k in after if after[k] != before[k]}
    assert len(got) == COUNT, changed
    assert got == list(range(COUNT))
