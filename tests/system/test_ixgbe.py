# SPDX-License-Identifier: BSD-2-Clause
"""The router on the 82599: hostile devices, jumbo frames, floods, modules."""

import pytest
from flows import cross, flow_frame, read_flow
from lab import CONFIG, LEFT, RIGHT, Lab, is_echo_reply
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6

# The left takes what is too big for the right.
JUMBO = CONFIG.replace("interface port1\n", "interface port1\n mtu 9100\n") \
    .replace("interface port2\n", "interface port2\n mtu 9000\n")
FLOOD = 8000  # fewer than QEMU keeps for a slow receiver


@pytest.mark.parametrize("seed,smp", [(1, 1), (2, 2), (3, 4), (4, 8)])
def test_a_hostile_device_changes_nothing(seed, smp):
    """All that may be late is late, and completions come in odd batches."""
    with Lab(CONFIG, model=f"ixgbe,hostile={seed}", smp=smp) as lab:
        lab.alive()
        order = [(f, n) for n in range(10) for f in range(100)]
        for version in (4, 6):
            assert sorted(cross(lab, order, version)) == sorted(order)
        for nic in (1, 2):
            mark = len(lab.log)
            lab.machine.set_link(nic, False)
            lab.machine.wait_log(f"port{nic}: link down", start=mark)
            lab.machine.set_link(nic, True)
            lab.machine.wait_log(f"port{nic}: link up", start=mark)
        lab.alive()


def jumbo(version, size):
    """A UDP packet of `size` bytes that must not be fragmented."""
    head = {
        4: lambda: IP(src=LEFT[1], dst=RIGHT[1], flags="DF"),
        6: lambda: IPv6(src=LEFT[3], dst=RIGHT[3]),
    }[version]()
    room = size - len(head) - 8
    return bytes(head / UDP(sport=9, dport=9000) / bytes(room))


def is_too_big(frame, version):
    """Fragmentation needed, or packet too big, for an MTU of 9000."""
    if version == 4:
        return frame[12:14] == b"\x08\x00" and frame[23] == 1 and \
            frame[34:36] == b"\x03\x04" and frame[40:42] == b"\x23\x28"
    return frame[12:14] == b"\x86\xdd" and frame[20] == 58 and \
        frame[54] == 2 and frame[58:62] == b"\x00\x00\x23\x28"


@pytest.mark.parametrize("smp", [1, 4])
def test_jumbo_frames_cross_up_to_the_mtu(smp):
    with Lab(JUMBO, model="ixgbe", smp=smp) as lab:
        lab.alive()
        for version in (4, 6):
            for size in (1500, 2048, 2049, 4096, 8999, 9000):
                lab.left.send_ip(jumbo(version, size))
                frame = lab.right.next(lambda f, n=size: len(f) == n + 14)
                assert frame, f"IPv{version} of {size} bytes did not arrive"
            lab.left.send_ip(jumbo(version, 9001))
            assert lab.left.next(lambda f, v=version: is_too_big(f, v))
        lab.right.ping(LEFT[1], size=8000)
        assert lab.right.next(is_echo_reply)


@pytest.mark.parametrize("smp", [1, 4])
def test_what_a_flood_loses_is_counted(smp):
    """On a wire that cannot wait every frame arrives or has its counter."""
    with Lab(CONFIG, model="ixgbe,lossless=off", smp=smp) as lab:
        lab.alive()
        before = lab.drops()
        frames = [flow_frame(lab, n % 1000, n) for n in range(FLOOD)]
        for frame in frames:
            lab.left.send(frame)

        def accounted():
            port1 = lab.get("/interfaces/port1")
            hardware = port1["hardware-statistics"]
            queues = sum(q["rx-drops"] for q in port1["queues"])
            assert queues == hardware["rx-no-buffer"]
            return hardware["rx-missed"] + queues

        def arrived():
            return sum(read_flow(f, 4) is not None
                       for f in list(lab.right.frames))

        def inside():
            after = lab.drops()
            return sum(after.values()) - sum(before.values())

        lab.eventually(lambda: arrived() + accounted() + inside() == FLOOD)
        lab.alive()


def test_two_ports_of_one_card():
    card = [f"ixgbe,addr=5.{n},multifunction=on" for n in (0, 1)]
    with Lab(CONFIG, model=["e1000e,addr=4.0", *card]) as lab:
        lab.alive()
        addresses = [lab.get(f"/interfaces/port{n}")["pci-address"]
                     for n in (1, 2)]
        assert addresses == ["0000:00:05.0", "0000:00:05.1"]


def test_an_empty_cage_is_no_error():
    """The port stays down, the others forward, ready comes in time."""
    models = ["ixgbe", "ixgbe", "ixgbe,module=off"]
    with Lab(CONFIG, model=models, dark=[2]) as lab:
        lab.machine.wait_log("no SFP+ module")
        assert lab.get("/interfaces/port2")["oper-status"] == "down"
        assert lab.get("/interfaces/port1")["oper-status"] == "up"
        lab.left.ping(LEFT[2])
        assert lab.left.next(is_echo_reply)


def test_the_module_is_reported():
    with Lab(CONFIG, model="ixgbe") as lab:
        for nic in range(3):
            address = lab.get(f"/interfaces/port{nic}")["pci-address"]
            lab.machine.wait_log(f"{address}: module BAREWIRE MODEL-10G-SR")
