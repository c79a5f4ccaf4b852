# SPDX-License-Identifier: BSD-2-Clause
"""ICMP errors and replies as clauses expect them."""

from packets import Out, difference, packet_of, wrong_ether
from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from topology import LINKS
from wire import checksum

ERROR_MAX = 576  # RFC 1812 4.3.2.3
ERROR_MAX6 = 1280  # RFC 4443 2.4 (c)
ICMP_HEADER = 8
NET, HOST, TOO_BIG, ADMIN = (3, 0), (3, 1), (3, 4), (3, 13)
TTL_EXCEEDED, PARAMETER = (11, 0), (12, 0)


def wrong_quote4(got, sent, room):
    """RFC 1812 4.3.2.3: what was received, but for the TTL and the checksum
    that a router may have changed already."""
    expected = bytearray(sent[:room])
    if len(got) == len(expected) and got[8] == (sent[8] - 1) & 0xFF:
        if checksum(got[:(got[0] & 15) * 4]):
            return "the quoted header's checksum is wrong"
        expected[8] = got[8]
        expected[10:12] = got[10:12]
    if got != bytes(expected):
        return "quote: " + difference(bytes(expected), got)
    return None


def wrong_icmp4(packet, kind, rest):
    if packet is None or packet[0] != 0x45 or packet[9] != 1:
        return "no ICMP"
    icmp = packet[20:]
    if (icmp[0], icmp[1]) != kind:
        return f"type {icmp[0]} code {icmp[1]}"
    if checksum(packet[:20]):
        return "header checksum"
    if checksum(icmp):
        return "ICMP checksum"
    if icmp[4:8] != rest:
        return f"second word {icmp[4:8].hex()}"
    return None


def icmp4(wire, kind, about, source=None, rest=bytes(4), to=None, mac=None,
          more=None, least=None):
    """An error about a packet that came in by the wire, to its sender.

    `source` is that of the error, by default the router's address there;
    `rest` is the second word of its ICMP header; `more` a further test of the
    packet. Who may quote less than fits, quotes `least` bytes.
    """
    link, sent = LINKS[wire], bytes(about)
    source = source or link.ip4
    to = to or IP(sent[:20]).src

    def wrong(frame):
        packet = packet_of(frame)
        bad = wrong_icmp4(packet, kind, rest)
        if bad:
            return bad
        head = IP(packet[:20])
        if (head.src, head.dst) != (source, to):
            return f"from {head.src} to {head.dst}"
        if len(packet) > ERROR_MAX:
            return f"{len(packet)} bytes"
        room = ERROR_MAX - 20 - ICMP_HEADER
        if least and least <= len(packet) - 28 < room:
            room = len(packet) - 28
        bad = wrong_quote4(packet[28:], sent, room)
        return bad or (more and more(head)) or wrong_ether(frame, link, mac)

    return Out(wire, wrong, f"ICMP type {kind[0]} code {kind[1]} "
               f"from {source} to {to}")


def too_big4(wire, mtu, about, **options):
    """RFC 1191 4: the MTU of the next hop is in the low half."""
    return icmp4(wire, TOO_BIG, about, rest=mtu.to_bytes(4, "big"), **options)


def echo_reply4(wire, request, mac=None):
    """RFC 792: the request with its addresses swapped, type 0, all of the
    data. TTL and identification are the router's to choose."""
    link, sent = LINKS[wire], bytes(request)
    header = (sent[0] & 15) * 4

    def wrong(frame):
        packet = packet_of(frame)
        bad = wrong_icmp4(packet, (0, 0), sent[header + 4:header + 8])
        if bad:
            return bad
        if packet[12:20] != sent[16:20] + sent[12:16]:
            return "addresses"
        if packet[28:] != sent[header + 8:]:
            return "data"
        if packet[8] < 32:
            return f"TTL {packet[8]}"
        return wrong_ether(frame, link, mac)

    return Out(wire, wrong, "echo reply")


def pseudo_checksum6(packet):
    """0 for an ICMPv6 message whose checksum is right."""
    pseudo = packet[8:40] + (len(packet) - 40).to_bytes(4, "big") \
        + (58).to_bytes(4, "big")
    return checksum(pseudo + packet[40:])


def icmp6(wire, kind, about, source=None, rest=bytes(4), to=None, mac=None):
    """An ICMPv6 error about a packet that came in by the wire."""
    link, sent = LINKS[wire], bytes(about)
    source = source or link.ip6
    to = to or IPv6(sent[:40]).src

    def wrong(frame):
        packet = packet_of(frame)
        if packet is None or packet[0] >> 4 != 6 or packet[6] != 58:
            return "no ICMPv6"
        if tuple(packet[40:42]) != kind:
            return f"type {packet[40]} code {packet[41]}"
        if pseudo_checksum6(packet):
            return "checksum"
        if packet[44:48] != rest:
            return f"second word {packet[44:48].hex()}"
        head = IPv6(packet[:40])
        if (head.src, head.dst) != (source, to):
            return f"from {head.src} to {head.dst}"
        if len(packet) > ERROR_MAX6:
            return f"{len(packet)} bytes"
        bad = wrong_quote6(packet[48:], sent, ERROR_MAX6 - 48)
        return bad or wrong_ether(frame, link, mac)

    return Out(wire, wrong, f"ICMPv6 type {kind[0]} code {kind[1]} "
               f"from {source} to {to}")


def wrong_quote6(got, sent, room):
    expected = bytearray(sent[:room])
    if len(got) == len(expected) and got[7] == (sent[7] - 1) & 0xFF:
        expected[7] = got[7]
    if got != bytes(expected):
        return "quote: " + difference(bytes(expected), got)
    return None
