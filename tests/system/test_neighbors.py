# SPDX-License-Identifier: BSD-2-Clause
"""ARP and ND: the router answers, asks, keeps packets, follows changes."""

import ipaddress
import struct

import pytest
from lab import LEFT, RIGHT, Lab
from wire import BROADCAST, ETH_ARP, ETH_IP6, icmp4, icmp6

NEW_MAC = bytes.fromhex("020000000099")
ECHO = b"\x08\0\0\0\x12\x34\0\x01" + bytes(16)
ECHO6 = b"\x80\0\0\0\x12\x34\0\x01" + bytes(16)


def packed(text):
    return ipaddress.ip_address(text).packed


def is_request_for(frame, address):
    """An ARP request or neighbour solicitation for `address`."""
    if frame[12:14] == b"\x08\x06":
        return frame[20:22] == b"\0\x01" and frame[38:42] == address
    return frame[12:14] == b"\x86\xdd" and frame[54] == 135 \
        and frame[62:78] == address


def is_echo_request(frame):
    if frame[12:14] == b"\x08\x00":
        return frame[23] == 1 and frame[34] == 8
    return frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 128


def echo_to(lab, address, sequence):
    """The left host sends an echo request for somebody on the right."""
    target = packed(address)
    tail = struct.pack("!HH", 0x1234, sequence) + bytes(16)
    if len(target) == 4:
        lab.left.send_ip(icmp4(lab.left.ip4, target, b"\x08\0\0\0" + tail))
    else:
        body = b"\x80\0\0\0" + tail
        lab.left.send_ip(icmp6(lab.left.ip6, target, body, 64))


def answer(host, address, mac):
    """Claims an address, as the answer to a request would."""
    target = packed(address)
    router = host.resolve(host.gateway4)
    if len(target) == 4:
        host.send(router + mac + struct.pack("!H", ETH_ARP) + struct.pack(
            "!HHBBH", 1, 0x0800, 6, 4, 2) + mac + target + router
            + host.gateway4)
    else:
        body = b"\x88\0\0\0\x60\0\0\0" + target + b"\x02\x01" + mac
        packet = icmp6(target, host.gateway6, body)
        host.send(router + mac + struct.pack("!H", ETH_IP6) + packet)


@pytest.mark.parametrize("address", [
    LEFT[2], LEFT[4], RIGHT[2], RIGHT[4], "10.0.2.15",
])
@pytest.mark.parametrize("size", [0, 56, 1400])
def test_every_own_address_answers_echo(lab, address, size):
    lab.left.ping(address, ident=5, sequence=9, size=size)
    frame = lab.left.next(
        lambda f: f[12:14] in (b"\x08\0", b"\x86\xdd")
        and f[23 if f[12] == 8 else 20] in (1, 58)
        and f[34 if f[12] == 8 else 54] in (0, 129))
    assert frame, f"{address} is silent"
    start = 26 if frame[12] == 8 else 22
    target = packed(address)
    assert frame[start:start + len(target)] == target


@pytest.mark.parametrize("address", ["198.51.100.77", "2001:db8:2::77"])
def test_packets_wait_for_a_neighbour_and_then_leave_in_order(lab, address):
    target = packed(address)
    for sequence in (1, 2, 3):
        echo_to(lab, address, sequence)
    assert lab.right.next(lambda f: is_request_for(f, target))
    assert not lab.right.next(is_echo_request, 0.3)
    answer(lab.right, address, NEW_MAC)
    for sequence in (1, 2, 3):
        frame = lab.right.next(is_echo_request)
        assert frame, f"packet {sequence} was not kept"
        assert frame[:6] == NEW_MAC
        at = 38 if len(target) == 4 else 58
        assert frame[at + 2:at + 4] == sequence.to_bytes(2, "big")
        assert frame[22 if len(target) == 4 else 21] == 63


@pytest.mark.parametrize("address", ["198.51.100.78", "2001:db8:2::78"])
def test_a_change_of_mac_is_followed(lab, address):
    first, second = bytes.fromhex("0200000000a1"), bytes.fromhex("0200000000a2")
    echo_to(lab, address, 1)
    assert lab.right.next(lambda f: is_request_for(f, packed(address)))
    answer(lab.right, address, first)
    assert lab.right.next(is_echo_request)[:6] == first
    answer(lab.right, address, second)

    def follows():
        echo_to(lab, address, 2)
        return lab.right.next(is_echo_request)[:6] == second

    lab.eventually(follows)
    row = next(n for n in lab.get("/neighbors")["neighbors"]
               if n["ip"] == address)
    assert row["link-layer-address"] == "02:00:00:00:00:a2"


def test_gratuitous_arp_moves_a_known_neighbour(lab):
    address = "198.51.100.79"
    first, second = bytes.fromhex("0200000000b1"), bytes.fromhex("0200000000b2")
    echo_to(lab, address, 1)
    assert lab.right.next(lambda f: is_request_for(f, packed(address)))
    answer(lab.right, address, first)
    assert lab.right.next(is_echo_request)[:6] == first
    lab.right.send(BROADCAST + second + struct.pack("!HHHBBH", ETH_ARP, 1,
                   0x0800, 6, 4, 1) + second + packed(address) + bytes(6)
                   + packed(address))

    def follows():
        echo_to(lab, address, 2)
        return lab.right.next(is_echo_request)[:6] == second

    lab.eventually(follows)


def test_static_neighbour_needs_no_question():
    config = """
interface port1
 ip address 192.0.2.1/24
 ipv6 address 2001:db8:1::1/64
interface port2
 ip address 198.51.100.1/24
 ipv6 address 2001:db8:2::1/64
neighbor 198.51.100.7 lladdr 02:00:00:00:00:07 port2
neighbor 2001:db8:2::7 lladdr 02:00:00:00:00:07 port2
interface port0
 ip address 10.0.2.15/24
"""
    with Lab(config) as lab:
        for address in ("198.51.100.7", "2001:db8:2::7"):
            echo_to(lab, address, 1)
            frame = lab.right.next(is_echo_request)
            assert frame[:6] == bytes.fromhex("020000000007")


def test_silent_neighbour_costs_no_buffer(lab):
    free = lab.settled(lab.buffers_free)
    for i in range(100, 140):
        echo_to(lab, f"198.51.100.{i}", 1)
    lab.eventually(lambda: lab.settled(lab.buffers_free) == free, 60)
    lab.alive()
