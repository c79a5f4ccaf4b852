# SPDX-License-Identifier: BSD-2-Clause
"""Numbered packets of many UDP flows through a lab, from left to right."""

import socket
import struct
import threading

from lab import LEFT, RIGHT
from wire import checksum

WINDOW = 256  # frames between the two hosts at any time


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
            frame = lab.right.next(lambda f: read_flow(f, version))
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
    assert done.wait(600)
    return got
