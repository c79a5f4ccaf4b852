# SPDX-License-Identifier: BSD-2-Clause
"""Frames of noise: the router counts them, goes on, and loses no buffer."""

import random

from lab import ROUTER_MAC
from wire import icmp4


def frames(rng, port):
    """Every length from 14 to 1518; a third each of noise, IP and near-IP."""
    mac = bytes.fromhex(ROUTER_MAC[port].replace(":", ""))
    for length in range(14, 1519):
        noise = rng.randbytes(length)
        yield noise
        ethertype = rng.choice([b"\x08\0", b"\x08\x06", b"\x86\xdd",
                                b"\x81\0", b"\x88\xcc"])
        head = rng.choice([mac, b"\xff" * 6]) + noise[6:12] + ethertype
        yield (head + noise[14:])[:length]
        version = b"\x45\0" if ethertype == b"\x08\0" else b"\x60\0"
        yield (head + version + noise[16:])[:length]


def test_noise_of_every_length_on_every_port(lab):
    lab.alive()
    free = lab.settled(lab.buffers_free)
    rng = random.Random(20)
    for port, host in ((1, lab.left), (2, lab.right)):
        for frame in frames(rng, port):
            host.send(frame)
    lab.alive()
    lab.eventually(lambda: lab.settled(lab.buffers_free) == free, 60)
    drops = lab.drops()
    for reason in ("ethertype", "ip-version", "vlan"):
        assert drops[reason] > 0, f"{reason}: {drops}"


def test_flood_of_unroutable_packets_leaves_the_console_alive(lab):
    """20,000 packets with TTL 1: forwarding and the console go on."""
    free = lab.settled(lab.buffers_free)
    mac = lab.left.resolve(lab.left.gateway4)
    target = lab.right.ip4
    packet = icmp4(lab.left.ip4, target, b"\x08\0\0\0" + bytes(20), ttl=1)
    frame = mac + lab.left.mac + b"\x08\0" + packet
    for i in range(20_000):
        lab.left.send(frame)
        if i % 5000 == 0:
            assert lab.get("/system")
    lab.alive()
    lab.left.clear()
    lab.eventually(lambda: lab.settled(lab.buffers_free) == free, 60)
