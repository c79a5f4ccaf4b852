# SPDX-License-Identifier: BSD-2-Clause
"""Thousands of neighbours on a port, and scans of networks (RFC 6583)."""

import contextlib
import ipaddress
import struct
import threading
import time

import pytest
from lab import RIGHT, Lab
from wire import ETH_ARP, ETH_IP6, Host, icmp6, padded

HOSTS = 4096
CONFIG = """
interface port0
 ip address 10.0.2.15/24
interface port1
 ip address 192.0.2.1/24
 ipv6 address 2001:db8:1::1/64
interface port2
 ip address 198.51.100.1/19
 ip address 100.64.0.1/10
 ipv6 address 2001:db8:2::1/64
ip route 203.0.113.0/24 198.51.100.2
neighbor 198.51.100.7 lladdr 02:00:00:00:00:07 port2
"""
NET4 = int(ipaddress.ip_address("198.51.104.0"))
NET6 = int(ipaddress.ip_address("2001:db8:2::1:0"))


def host4(number):
    return (NET4 + number).to_bytes(4, "big")


def host6(number):
    return (NET6 + number).to_bytes(16, "big")


def mac_of(address):
    return b"\x02\x10" + bytes([len(address)]) + address[-3:]


class Crowd(Host):
    """A host that is HOSTS others, too."""

    def __init__(self, *where):
        self.members = {host(n) for n in range(HOSTS) for host in (host4, host6)}
        self.seen = set()     # packets that came to the right MAC
        self.asked = set()    # by unicast
        self.everybody = 0    # questions to all
        super().__init__(*where)

    def _answered(self, frame):
        if frame[12:14] == b"\x08\x06" and frame[38:42] in self.members:
            target = frame[38:42]
            self._note(frame, target)
            self.send(padded(
                frame[6:12] + mac_of(target) + struct.pack("!H", ETH_ARP)
                + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2)
                + mac_of(target) + target + frame[22:32]))
            return True
        if frame[12:14] == b"\x86\xdd" and frame[54:55] == b"\x87" \
                and frame[62:78] in self.members:
            target = frame[62:78]
            self._note(frame, target)
            packet = icmp6(target, frame[22:38], b"\x88\0\0\0\x60\0\0\0"
                           + target + b"\x02\x01" + mac_of(target))
            self.send(frame[6:12] + mac_of(target)
                      + struct.pack("!H", ETH_IP6) + packet)
            return True
        address = frame[30:34] if frame[12:14] == b"\x08\0" else frame[38:54]
        if address in self.members and frame[:6] == mac_of(address):
            with self.changed:
                self.seen.add(address)
                self.changed.notify_all()
            return True
        return super()._answered(frame)

    def _note(self, frame, target):
        if frame[0] & 1:
            self.everybody += 1
        else:
            self.asked.add(target)

    def wait(self, addresses, timeout):
        with self.changed:
            return self.changed.wait_for(
                lambda: addresses <= self.seen, timeout)


@contextlib.contextmanager
def crowded(model, **options):
    """A lab whose right host is a crowd."""
    with Lab(CONFIG, model=model, **options) as lab:
        lab.right.close()
        lab.right = Crowd(lab.wires[1], *RIGHT)
        lab.hosts = [lab.left, lab.right]
        yield lab
        assert not [line for line in lab.log if "panic" in line]


@pytest.fixture(scope="module")
def town(request):
    with crowded(request.config.getoption("--model")) as lab:
        yield lab


def packet_to(lab, address, source=None):
    """From the left host, or who else is on its link."""
    source = source or (
        lab.left.ip4 if len(address) == 4 else lab.left.ip6)
    if len(address) == 4:
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0,
                           source, address)
        total = sum(struct.unpack("!10H", head))
        total = (total & 0xFFFF) + (total >> 16)
        total = (total & 0xFFFF) + (total >> 16)
        head = head[:10] + struct.pack("!H", ~total & 0xFFFF) + head[12:]
    else:
        head = struct.pack("!IHBB", 6 << 28, 8, 17, 64) + source + address
    return head + struct.pack("!HHHH", 9, 9, 8, 0)


def reach(lab, addresses, timeout=120):
    """Sends to all of them until each has had a packet."""
    end = time.monotonic() + timeout
    missing = set(addresses)
    while missing:
        assert time.monotonic() < end, f"{len(missing)} get nothing"
        some = set(list(missing)[:128])
        for address in some:
            lab.left.send_ip(packet_to(lab, address))
        lab.right.wait(some, 0.5)
        missing -= lab.right.seen


def neighbors(lab):
    """All of them, a page at a time."""
    rows, total = [], 1
    while len(rows) < total:
        page = lab.get(f"/neighbors?limit=2000&offset={len(rows)}")
        total = page["total"]
        rows += page["neighbors"]
        if not page["neighbors"]:
            break
    return {row["ip"]: row for row in rows}


def punts(lab):
    return lab.get("/counters")["sum"]["punts"]["neighbor"]


def events(lab):
    return lab.get("/counters")["neighbors"]


def get_to_know(lab):
    """All are found, and from then on reached without core 0."""
    crowd = lab.right
    reach(lab, crowd.members)
    rows = neighbors(lab)
    for address in crowd.members:
        row = rows[str(ipaddress.ip_address(address))]
        assert row["link-layer-address"] == mac_of(address).hex(":")
        assert row["state"] in ("reachable", "stale", "delay", "probe")
    before = punts(lab)
    crowd.seen = set()
    reach(lab, crowd.members)
    assert punts(lab) == before


def test_4096_neighbours_by_four_cores():
    with crowded("ixgbe", smp=4) as lab:
        get_to_know(lab)
        assert events(lab)["lost"] == events(lab)["refused"] == 0


def test_4096_neighbours_in_each_family(town):
    crowd = town.right
    get_to_know(town)
    # each is asked by unicast before it is too old, and none is lost
    crowd.asked, crowd.everybody = set(), 0
    town.eventually(lambda: crowd.asked >= crowd.members, 240)
    assert crowd.everybody == 0
    assert events(town)["lost"] == events(town)["refused"] == 0
    begun = time.monotonic()
    town.get("/neighbors")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("family", [4, 6])
def test_a_scan_pushes_nobody_out(town, family):
    crowd = town.right
    known = {host4(1), host6(1)}
    fresh = (host4 if family == 4 else host6)(HOSTS + 5)
    net = ipaddress.ip_network(
        "100.64.0.0/10" if family == 4 else "2001:db8:2::/64")
    crowd.members.add(fresh)
    reach(town, known)
    # not the one that scans
    own = town.left.ip4 if family == 4 else town.left.ip6
    other = own[:-1] + bytes([own[-1] + 7])
    before, evicted = town.get("/neighbors")["total"], events(town)["evicted"]
    stop = threading.Event()

    def scan():
        number = 1 << 20
        while not stop.is_set():
            number += 1
            town.left.send_ip(packet_to(town, net[number].packed))

    scanner = threading.Thread(target=scan)
    scanner.start()
    try:
        town.eventually(lambda: events(town)["evicted"] > evicted + 1000, 60)
        begun = time.monotonic()
        while fresh not in crowd.seen:
            assert time.monotonic() - begun < 2, "it is not found"
            town.left.send_ip(packet_to(town, fresh, other))
            crowd.wait({fresh}, 0.02)
        assert town.get("/neighbors?limit=1")["total"] < before + 800
    finally:
        stop.set()
        scanner.join()
    rows = neighbors(town)
    for address in ("198.51.100.7", "198.51.104.1", "2001:db8:2::1:1"):
        assert rows[address]["link-layer-address"], address
    assert events(town)["refused"] == 0
    town.alive()


def test_a_gateway_outlives_a_scan(town):
    row = neighbors(town)["198.51.100.2"]
    assert row["is-router"] and row["link-layer-address"]


def test_who_does_not_answer_is_told_of(town):
    for address in ("198.51.97.9", "2001:db8:2::dead"):
        target = ipaddress.ip_address(address).packed
        town.left.clear()
        town.left.send_ip(packet_to(town, target))
        assert town.left.next(
            lambda f: f[12:14] == b"\x08\0" and f[34:36] == b"\x03\x01"
            and f[58:62] == target
            or f[12:14] == b"\x86\xdd" and f[54:56] == b"\x01\x03"
            and f[86:102] == target, 20), address
