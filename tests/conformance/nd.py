# SPDX-License-Identifier: BSD-2-Clause
"""Messages of neighbour discovery that clauses send and expect (RFC 4861)."""

import ipaddress
import time

from check import Differs
from icmp_errors import pseudo_checksum6
from packets import (Out, difference, either, left, on, packet_of, udp6,
                     wrong_ether)
from scapy.layers.inet6 import (ICMPv6ND_NA, ICMPv6ND_NS,
                                ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr,
                                IPv6)
from scapy.layers.l2 import Ether
from topology import LINKS

ALL_NODES, ALL_NODES_MAC = "ff02::1", "33:33:00:00:00:01"
NS, NA = 135, 136
ROUTER, SOLICITED, OVERRIDE = 0x80, 0x40, 0x20
HEADER = 40
# A router may ask three times, a second apart; the machine may be slow.
GIVES_UP = 60
# Some neighbour or other comes to its turn: RFC 4861 10 has 15 to 45 s.
PROBE_TIME = 120


def packed(address):
    return ipaddress.ip_address(address).packed


def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def solicited_node(address):
    """RFC 4291 2.7.1"""
    last = packed(address)[13:]
    return str(ipaddress.ip_address(packed("ff02::1:ff00:0")[:13] + last))


def group_mac(group):
    """RFC 2464 7"""
    return (b"\x33\x33" + packed(group)[12:]).hex(":")


def local(link):
    """The router's link-local address there (RFC 2464 4)."""
    mac = mac_bytes(link.router)
    ident = bytes([mac[0] ^ 2]) + mac[1:3] + b"\xff\xfe" + mac[3:]
    return str(ipaddress.ip_address(packed("fe80::")[:8] + ident))


def nd(wire, message, src=None, dst=None, mac=None, to_mac=None, hlim=255):
    """A frame with a message of neighbour discovery."""
    link = LINKS[wire]
    dst = dst or link.ip6
    if to_mac is None:
        to_mac = group_mac(dst) if dst.startswith("ff") else link.router
    return on(wire, Ether(src=mac or link.host, dst=to_mac)
              / IPv6(src=src or link.host6, dst=dst, hlim=hlim) / message)


def solicit(wire, target=None, slla=True, group=True, options=b"", code=0,
            cksum=None, **fields):
    """A solicitation by the wire's host for an address of the router."""
    target = target or LINKS[wire].ip6
    message = ICMPv6ND_NS(tgt=target, code=code, cksum=cksum)
    if slla:
        mac = fields.get("mac") or LINKS[wire].host
        message = message / ICMPv6NDOptSrcLLAddr(lladdr=mac)
    fields.setdefault("dst", solicited_node(target) if group else target)
    return nd(wire, message / options if options else message, **fields)


def advertise(wire, target, tlla, flags="SO", dst=None, code=0, cksum=None,
              **fields):
    """An advertisement that tells the router where `target` is."""
    message = ICMPv6ND_NA(tgt=target, R=0, S="S" in flags, O="O" in flags,
                          code=code, cksum=cksum)
    if tlla:
        message = message / ICMPv6NDOptDstLLAddr(lladdr=tlla)
        fields.setdefault("mac", tlla)
    fields.setdefault("src", target)
    return nd(wire, message, dst=dst, **fields)


def wrong_message(packet, size):
    if packet is None or packet[0] >> 4 != 6 or packet[6] != 58:
        return "no ICMPv6"
    if packet[7] != 255:
        return f"hop limit {packet[7]}"
    if len(packet) != HEADER + size:
        return f"{len(packet)} bytes"
    if pseudo_checksum6(packet):
        return "checksum"
    return None


def _message(wire, says, src, dst, mac, body):
    """Just this message, whose checksum need only be right."""
    link = LINKS[wire]

    def wrong(frame):
        packet = packet_of(frame)
        bad = wrong_message(packet, len(body))
        if bad:
            return bad
        got = packet[8:42] + b"\0\0" + packet[44:]
        expected = packed(src) + packed(dst) + body
        if got != expected:
            return difference(expected, got)
        return wrong_ether(frame, link, mac)

    return Out(wire, wrong, says)


def advertisement(wire, target=None, to=None, mac=None,
                  flags=ROUTER | SOLICITED | OVERRIDE, tlla=True):
    """RFC 4861 4.4: what the router answers, with its MAC in it or not."""
    link = LINKS[wire]
    target = target or link.ip6
    body = bytes([NA, 0, 0, 0, flags, 0, 0, 0]) + packed(target)
    if tlla:
        body += b"\x02\x01" + mac_bytes(link.router)
    return _message(wire, f"advertisement of {target}", target,
                    to or link.host6, mac or link.host, body)


def question(wire, target):
    """RFC 4861 7.2.2: a solicitation to everybody who may be `target`, from
    any address of the router on that link."""
    link = LINKS[wire]
    group = solicited_node(target)
    body = bytes([NS]) + bytes(7) + packed(target) + b"\x01\x01" \
        + mac_bytes(link.router)
    sources = [local(link)]
    if not target.startswith("fe80"):
        sources.insert(0, link.ip6)
    return either(*(_message(wire, f"solicitation for {target}", source, group,
                             group_mac(group), body) for source in sources))


def is_kind(frame, kind):
    return frame[12:14] == b"\x86\xdd" and frame[20] == 58 \
        and frame[54] == kind


def no_advertisement(lab, wire, send, filtered=False):
    """Also none to all nodes, which check() takes for an announcement."""
    lab.check([send], drops=None, filtered=filtered)
    if any(is_kind(f, NA) for f in lab.hosts[wire].kept):
        raise Differs("it is answered")


def echo_reply6(wire, request, mac):
    """RFC 4443 4.2, to a host whose MAC the router had to ask for."""
    link, sent = LINKS[wire], bytes(request)
    expected = sent[24:40] + sent[8:24] + b"\x81\0" + sent[44:]

    def wrong(frame):
        packet = packet_of(frame)
        if packet is None or packet[8:42] + packet[44:] != expected:
            return "no echo reply"
        return wrong_ether(frame, link, mac)

    return Out(wire, wrong, f"echo reply to {request.src}")


def wait_for(lab, wire, wanted):
    """Something that the router sends by itself, once in a while. Meanwhile
    packets cross to the right: to some routers only neighbours in use
    count."""
    host, end = lab.hosts[wire], time.monotonic() + PROBE_TIME
    host.begin()
    while time.monotonic() < end:
        lab.hosts["left"].send_aside(left(udp6())[1])
        lab.markers()
        if host.wait(lambda: any(wanted(f) for f in host.kept), 1):
            lab.fence()
            return next(f for f in host.kept if wanted(f))
    raise Differs("it does not come")
