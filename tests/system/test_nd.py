# SPDX-License-Identifier: BSD-2-Clause
"""The IPv6 router's side of a link: advertisements, anycast, duplicate
addresses, headers and pieces of packets to itself, and MLD."""

import ipaddress
import struct

import pytest
from lab import CONFIG, LEFT, Lab
from scapy.layers.inet import UDP
from scapy.layers.inet6 import (
    ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6MLQuery, ICMPv6MLReport,
    ICMPv6ND_NA, ICMPv6ND_RA, ICMPv6ND_RS, ICMPv6NDOptDNSSL,
    ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS,
    ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, ICMPv6ParamProblem, IPv6,
    IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, RouterAlert, fragment6)
from scapy.layers.l2 import Ether
from wire import PATIENCE

ROUTER = LEFT[4]
HOST_MAC, HOST = LEFT[0], LEFT[3]
HOST_LOCAL = "fe80::2"
ROUTER_LOCAL = "fe80::5054:ff:febb:1"
ADVERTISES = CONFIG.replace(" ipv6 address 2001:db8:1::1/64\n", """\
 ipv6 address 2001:db8:1::1/64
 no ipv6 nd suppress-ra
 ipv6 nd ra-interval 4
 ipv6 nd ra-lifetime 100
 ipv6 nd ra-hop-limit 63
 ipv6 nd reachable-time 20000
 ipv6 nd ra-retrans-interval 1500
 ipv6 nd mtu 1400
 ipv6 nd other-config-flag
 ipv6 nd router-preference high
 ipv6 nd prefix 2001:db8:1::/64 3600 1800
 ipv6 nd rdnss 2001:db8:1::53 77
 ipv6 nd dnssl lab.example
""")


@pytest.fixture(scope="module")
def shared_lab(request):
    with Lab(ADVERTISES, model=request.config.getoption("--model")) as lab:
        lab.eventually(lambda: set(status(lab).values()) == {"preferred"})
        yield lab


def send(lab, packet, mac=None):
    frame = Ether(src=HOST_MAC, dst=mac or "52:54:00:bb:00:01") / packet
    lab.left.send(bytes(frame))


def receive(lab, layer, timeout=PATIENCE, also=lambda packet: True):
    """The next packet that has this layer."""
    def wanted(frame):
        packet = Ether(frame)
        return layer in packet and also(packet)

    frame = lab.left.next(wanted, timeout)
    assert frame, f"no {layer.__name__}"
    return Ether(frame)


def good_checksum(packet):
    """True when scapy, asked to fill it in anew, comes to the same bytes."""
    again = packet[IPv6].copy()
    layer = again.payload
    while "cksum" not in layer.fields:
        layer = layer.payload
    del layer.cksum
    return bytes(again) == bytes(packet[IPv6])


def solicit(lab):
    send(lab, IPv6(src=HOST_LOCAL, dst="ff02::2", hlim=255) / ICMPv6ND_RS()
         / ICMPv6NDOptSrcLLAddr(lladdr=HOST_MAC), "33:33:00:00:00:02")


def test_rfc4861_4_2_what_an_advertisement_says(lab):
    solicit(lab)
    packet = receive(lab, ICMPv6ND_RA)
    assert packet.dst == "33:33:00:00:00:01"
    assert packet[IPv6].src == ROUTER_LOCAL
    assert packet[IPv6].dst == "ff02::1"
    assert packet[IPv6].hlim == 255
    assert good_checksum(packet)
    ra = packet[ICMPv6ND_RA]
    assert (ra.chlim, ra.M, ra.O, ra.prf) == (63, 0, 1, 1)
    assert (ra.routerlifetime, ra.reachabletime, ra.retranstimer) == \
        (100, 20000, 1500)
    assert ra[ICMPv6NDOptSrcLLAddr].lladdr == "52:54:00:bb:00:01"
    assert ra[ICMPv6NDOptMTU].mtu == 1400
    prefix = ra[ICMPv6NDOptPrefixInfo]
    assert (prefix.prefix, prefix.prefixlen) == ("2001:db8:1::", 64)
    assert (prefix.L, prefix.A, prefix.R) == (1, 1, 0)
    assert (prefix.validlifetime, prefix.preferredlifetime) == (3600, 1800)
    assert ra[ICMPv6NDOptRDNSS].dns == ["2001:db8:1::53"]
    assert ra[ICMPv6NDOptRDNSS].lifetime == 77
    assert ra[ICMPv6NDOptDNSSL].searchlist == ["lab.example."]
    assert ra[ICMPv6NDOptDNSSL].lifetime == 12


def test_rfc4861_6_2_4_advertisements_come_again_and_again(lab):
    for _ in range(3):
        receive(lab, ICMPv6ND_RA)


def test_rfc4861_6_2_6_who_solicits_becomes_a_neighbour(lab):
    solicit(lab)
    rows = lab.eventually(lambda: [
        n for n in lab.get("/neighbors")["neighbors"]
        if n["ip"] == HOST_LOCAL])
    assert rows[0]["link-layer-address"] == HOST_MAC


def test_rfc4861_6_2_1_silent_where_it_is_not_wanted(lab):
    lab.left.clear()
    lab.right.clear()
    receive(lab, ICMPv6ND_RA)
    assert not any(
        ICMPv6ND_RA in Ether(frame) for frame in list(lab.right.frames))


@pytest.mark.parametrize("anycast", ["2001:db8:1::", "2001:db8:2::", "fe80::"])
def test_rfc4291_2_6_1_subnet_router_anycast(lab, anycast):
    source = HOST_LOCAL if anycast == "fe80::" else HOST
    solicit(lab)
    send(lab, IPv6(src=source, dst=anycast)
         / ICMPv6EchoRequest(id=9, data=b"anycast"))
    reply = receive(lab, ICMPv6EchoReply)
    assert reply[IPv6].src == (
        ROUTER_LOCAL if anycast == "fe80::" else ROUTER)
    assert reply[ICMPv6EchoReply].data == b"anycast"
    assert good_checksum(reply)


def test_rfc4861_7_2_7_anycast_is_resolved(lab):
    mac = lab.left.resolve(bytes.fromhex("20010db8000100000000000000000000"))
    assert mac.hex(":") == "52:54:00:bb:00:01"


def test_anycast_is_a_local_route(lab):
    for address in ("2001:db8:1::", "2001:db8:2::"):
        assert lab.get(f"/routes/lookup?address={address}")["type"] == "local"


@pytest.mark.parametrize("kind, header, code", [
    (43, bytes([58, 2, 0, 1]) + bytes(20), 0),
    (43, bytes([58, 0, 9, 1]) + bytes(4), 0),
    (60, bytes([58, 0, 0x9e, 4]) + bytes(4), 2),
], ids=["rfc5095", "unknown-routing", "unknown-option"])
def test_rfc8200_4_refused_headers(lab, kind, header, code):
    lab.left.clear()
    echo = bytes([128]) + bytes(15)
    send(lab, IPv6(src=HOST, dst=ROUTER, nh=kind) / (header + echo))
    error = receive(lab, ICMPv6ParamProblem)
    assert error[IPv6].src == ROUTER
    assert error[ICMPv6ParamProblem].code == code
    assert error[ICMPv6ParamProblem].ptr == 42
    assert good_checksum(error)


def test_rfc8200_4_unknown_next_header(lab):
    send(lab, IPv6(src=HOST, dst=ROUTER, nh=200) / (b"\0" * 8))
    error = receive(lab, ICMPv6ParamProblem)
    assert (error[ICMPv6ParamProblem].code, error[ICMPv6ParamProblem].ptr) \
        == (1, 6)


def test_rfc5722_overlapping_fragments(lab):
    """The pieces are an echo request; one byte of an overlap voids it."""
    def pieces(ident):
        whole = IPv6(src=HOST, dst=ROUTER) / IPv6ExtHdrFragment(id=ident) \
            / ICMPv6EchoRequest(id=ident, data=bytes(2000))
        return fragment6(whole, 1280)

    for piece in reversed(pieces(5)):
        send(lab, piece)
    reply = lab.left.next(
        lambda f: f[12:14] == b"\x86\xdd" and f[20] in (44, 58)
        and f[22:38] == lab.left.gateway6
        and (f[20] == 44 or f[54] == 129))
    assert reply, "pieces in any order are a packet"
    lab.left.clear()
    first, last = pieces(6)
    overlap = first.copy()
    overlap[IPv6ExtHdrFragment].offset = 1
    for piece in (first, overlap, last):
        send(lab, piece)
    send(lab, IPv6(src=HOST, dst=ROUTER) / ICMPv6EchoRequest(id=7))
    assert receive(lab, ICMPv6EchoReply)[ICMPv6EchoReply].id == 7


def test_rfc2710_4_queries_are_answered(lab):
    query = IPv6(src=HOST_LOCAL, dst="ff02::1", hlim=1) \
        / IPv6ExtHdrHopByHop(options=[RouterAlert(value=0)]) \
        / ICMPv6MLQuery(mrd=500)
    send(lab, query, "33:33:00:00:00:01")
    groups = set()
    while groups != {"ff02::2", "ff02::1:ff00:1", "ff02::1:ff00:0",
                     "ff02::1:ffbb:1"}:
        packet = receive(lab, ICMPv6MLReport)
        report = packet[ICMPv6MLReport]
        assert packet[IPv6].src == ROUTER_LOCAL
        assert packet[IPv6].dst == report.mladdr
        assert packet[IPv6].hlim == 1
        assert packet[RouterAlert].value == 0
        assert good_checksum(packet)
        groups.add(report.mladdr)


def status(lab):
    rows = lab.get("/interfaces/port1")["ipv6"]["address"]
    return {row["ip"]: row["status"] for row in rows}


def is_probe(frame):
    return (frame[12:14] == b"\x86\xdd" and frame[20] == 58
            and frame[54] == 135 and not any(frame[22:38])
            and frame[62:78] == struct.pack("!8H", 0x2001, 0xdb8, 1,
                                            0, 0, 0, 0, 1))


def test_rfc4862_5_4_somebody_has_our_address():
    with Lab(CONFIG) as lab:
        lab.eventually(lambda: status(lab)[ROUTER] == "preferred")
        lab.machine.set_link(1, False)
        lab.eventually(
            lambda: lab.get("/interfaces/port1")["oper-status"] == "down")
        lab.left.clear()
        lab.machine.set_link(1, True)
        assert lab.left.next(is_probe), "nothing asks for duplicates"
        send(lab, IPv6(src=ROUTER, dst="ff02::1", hlim=255)
             / ICMPv6ND_NA(tgt=ROUTER, R=0, S=0, O=1)
             / ICMPv6NDOptDstLLAddr(lladdr=HOST_MAC), "33:33:00:00:00:01")
        lab.eventually(lambda: status(lab)[ROUTER] == "duplicate")
        lab.machine.wait_log(f"address {ROUTER} is in use by another")
        # It answers nothing; its link-local address does.
        send(lab, IPv6(src=HOST, dst=ROUTER) / ICMPv6EchoRequest(id=1))
        send(lab, IPv6(src=HOST, dst=ROUTER) / UDP(dport=7))
        lab.eventually(lambda: status(lab)[ROUTER_LOCAL] == "preferred")
        lab.left.ip6 = ipaddress.ip_address(HOST_LOCAL).packed
        send(lab, IPv6(src=HOST_LOCAL, dst=ROUTER_LOCAL)
             / ICMPv6EchoRequest(id=2))
        packet = lab.left.next(
            lambda f: ICMPv6EchoReply in Ether(f)
            or (f[20] == 58 and f[54] == 1))
        assert packet and Ether(packet)[ICMPv6EchoReply].id == 2
        lab.machine.set_link(1, False)
        lab.eventually(
            lambda: lab.get("/interfaces/port1")["oper-status"] == "down")
        lab.machine.set_link(1, True)
        lab.eventually(lambda: status(lab)[ROUTER] == "preferred")
