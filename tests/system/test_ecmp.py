# SPDX-License-Identifier: BSD-2-Clause
"""Four gateways of equal cost: each flow has one way, whichever core it meets.

What comes in by port1 and by port2 is polled by different workers.
"""

import ipaddress
import struct

import pytest
from lab import CONFIG, LEFT, ROUTER_MAC, Lab
from wire import checksum

FLOWS = 1000
WINDOW = 200  # frames on their way at any time
WAYS = [11, 12, 13, 14]
TARGET = {4: "203.0.113.9", 6: "2001:db8:f::9"}
ROUTES = "".join(
    f"ip route 203.0.113.0/24 198.51.100.{n}\n"
    f"ipv6 route 2001:db8:f::/48 2001:db8:2::{n}\n"
    f"neighbor 198.51.100.{n} lladdr 02:00:00:00:01:{n} port2\n"
    f"neighbor 2001:db8:2::{n} lladdr 02:00:00:00:01:{n} port2\n"
    for n in WAYS)


def flow_frame(version, port, flow, fragment=None):
    """A UDP packet of a flow: flows differ in the source port alone. Or a
    fragment of a datagram, which has the flow for its identification."""
    src = ipaddress.ip_address(LEFT[1 if version == 4 else 3]).packed
    dst = ipaddress.ip_address(TARGET[version]).packed
    body = struct.pack("!HHHHI", 1024 + flow, 9000, 12, 0, flow)
    if version == 4:
        offset = 0 if fragment is None else fragment
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), flow,
                           offset, 64, 17, 0, src, dst)
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        kind = b"\x08\x00"
    else:
        following = 17
        if fragment is not None:
            body = struct.pack("!BBHI", 17, 0, fragment, flow) + body
            following = 44
        head = struct.pack("!IHBB", 6 << 28, len(body), following, 64) \
            + src + dst
        kind = b"\x86\xdd"
    mac = bytes.fromhex(ROUTER_MAC[port].replace(":", ""))
    return mac + bytes.fromhex("020000000009") + kind + head + body


def is_ours(frame):
    return frame[:5] == b"\x02\0\0\0\x01" and frame[14] >> 4 in (4, 6)


def ways(lab, version, port, fragment=None):
    """Sends a packet of each flow; the way of each, by its number."""
    host = lab.left if port == 1 else lab.right
    way = {}
    lab.right.clear()
    for first in range(0, FLOWS, WINDOW):
        for flow in range(first, first + WINDOW):
            host.send(flow_frame(version, port, flow, fragment))
        for _ in range(WINDOW):
            frame = lab.right.next(is_ours)
            assert frame, f"{len(way)} of {FLOWS} flows came through"
            end = {4: 46, 6: 66 + (8 if fragment is not None else 0)}[version]
            way[struct.unpack("!I", frame[end - 4:end])[0]] = \
                int(f"{frame[5]:x}")
    return way


@pytest.mark.parametrize("model,smp", [
    ("e1000e", 4), ("ixgbe", 4), ("e1000e", 1),
])
def test_flows_keep_their_way(model, smp):
    with Lab(CONFIG + ROUTES, model=model, smp=smp) as lab:
        lab.alive()
        for version in (4, 6):
            way = ways(lab, version, 1)
            assert sorted(way) == list(range(FLOWS))
            for n in WAYS:
                part = sum(w == n for w in way.values())
                assert 0.8 <= part / (FLOWS / len(WAYS)) <= 1.2, (n, part)
            assert ways(lab, version, 1) == way
            assert ways(lab, version, 2) == way
            later = {4: 0x0010, 6: 0x0080}[version]
            first = {4: 0x2000, 6: 0x0001}[version]
            assert ways(lab, version, 1, first) == \
                ways(lab, version, 2, later)
