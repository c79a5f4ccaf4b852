# SPDX-License-Identifier: BSD-2-Clause
"""Packets that clauses send, and what they expect to come out.

A sent frame is a pair (wire, bytes). What must come out is an `Out`: a wire,
a test of a frame, and words for the report.
"""

from dataclasses import dataclass
from typing import Callable

from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw
from topology import LEFT, LINKS, NARROW, RIGHT
from wire import checksum, padded

FRAME_MIN = 60


def pattern(size):
    """Bytes that show when some are missing, moved or changed."""
    return bytes((i * 7 + (i >> 8)) & 0xFF for i in range(size))


# Sending

def on(wire, packet, src=None, dst=None):
    """The packet as a frame of the wire's host to the router. A scapy frame
    with an Ethernet header of its own, or bytes, are sent as they are."""
    link = LINKS[wire]
    if isinstance(packet, bytes):
        return wire, packet
    if not isinstance(packet, Ether):
        packet = Ether(src=src or link.host, dst=dst or link.router) / packet
    return wire, padded(bytes(packet))


def left(packet, **ether):
    return on("left", packet, **ether)


def right(packet, **ether):
    return on("right", packet, **ether)


def narrow(packet, **ether):
    return on("narrow", packet, **ether)


def raw_ether(wire, body, ethertype, src=None, dst=None):
    """Body bytes behind an Ethernet header, padded to the least length."""
    link = LINKS[wire]
    head = bytes(Ether(src=src or link.host, dst=dst or link.router,
                       type=ethertype))
    return wire, padded(head + body)


def udp4(size=100, sport=4000, dport=9, src=LEFT.host4, dst=RIGHT.host4,
         **fields):
    """A UDP packet of `size` bytes, IPv4 header and options included."""
    fields.setdefault("id", 4711)
    ip = IP(src=src, dst=dst, **fields)
    room = size - len(bytes(ip)) - 8
    return IP(bytes(ip / UDP(sport=sport, dport=dport) / Raw(pattern(room))))


def echo4(size=84, src=LEFT.host4, dst=RIGHT.host4, ident=0x1234, seq=1,
          **fields):
    fields.setdefault("id", 4712)
    ip = IP(src=src, dst=dst, **fields)
    room = size - len(bytes(ip)) - 8
    return IP(bytes(ip / ICMP(type=8, id=ident, seq=seq)
                    / Raw(pattern(room))))


def udp6(size=100, sport=4000, dport=9, src=LEFT.host6, dst=RIGHT.host6,
         **fields):
    ip = IPv6(src=src, dst=dst, **fields)
    room = size - 48
    return IPv6(bytes(ip / UDP(sport=sport, dport=dport)
                      / Raw(pattern(room))))


def with_header(packet, at, value):
    """The bytes of an IPv4 packet with some replaced, the header's checksum
    right again."""
    data = bytearray(bytes(packet))
    data[at:at + len(value)] = value
    header = (data[0] & 15) * 4
    data[10:12] = b"\0\0"
    data[10:12] = checksum(bytes(data[:header])).to_bytes(2, "big")
    return bytes(data)


def ip4_frame(wire, data, **ether):
    """Bytes of an IPv4 packet, well formed or not, as a frame."""
    return raw_ether(wire, bytes(data), 0x0800, **ether)


def ip6_frame(wire, data, **ether):
    return raw_ether(wire, bytes(data), 0x86DD, **ether)


def arp(wire, **fields):
    """An ARP request of the wire's host, broadcast."""
    link = LINKS[wire]
    fields = {"hwsrc": link.host, "psrc": link.host4, "pdst": link.ip4,
              **fields}
    return on(wire, Ether(src=link.host, dst="ff:ff:ff:ff:ff:ff")
              / ARP(**fields))


# Receiving

@dataclass(frozen=True)
class Out:
    """`wrong` says what does not fit about a frame, or gives None."""

    wire: str
    wrong: Callable
    says: str


def hop(packet):
    """What a router makes of a packet that it sends on."""
    data = bytearray(bytes(packet))
    if data[0] >> 4 == 6:
        data[7] -= 1
        return bytes(data)
    return with_header(data, 8, bytes([data[8] - 1]))


def packet_of(frame):
    """The IP packet in a frame without the padding; None if it has none."""
    kind = frame[12:14]
    if kind == b"\x08\x00":
        return frame[14:14 + int.from_bytes(frame[16:18], "big")]
    if kind == b"\x86\xdd":
        return frame[14:54 + int.from_bytes(frame[18:20], "big")]
    return None


def wrong_ether(frame, link, mac):
    """Of every frame that the router sends on."""
    ether = Ether(frame[:14])
    if ether.src != link.router:
        return f"source MAC {ether.src}"
    if ether.dst != (mac or link.host):
        return f"destination MAC {ether.dst}"
    packet = packet_of(frame)
    if packet and len(frame) > max(FRAME_MIN, 14 + len(packet)):
        return f"frame of {len(frame)} bytes, packet of {len(packet)}"
    return None


def exactly(wire, packet, mac=None, says=None):
    """This packet, byte for byte, to the host of the wire."""
    expected, link = bytes(packet), LINKS[wire]

    def wrong(frame):
        got = packet_of(frame)
        if got != expected:
            return difference(expected, got)
        return wrong_ether(frame, link, mac)

    return Out(wire, wrong, says or summary(expected))


def forwarded(wire, packet, mac=None):
    """The packet as it was sent, one hop further."""
    return exactly(wire, hop(packet), mac)


def either(*outs):
    """Any of these, all on one wire; the first one is what reports name."""
    def wrong(frame):
        verdicts = [out.wrong(frame) for out in outs]
        return verdicts[0] if all(verdicts) else None

    return Out(outs[0].wire, wrong, outs[0].says)


def arp_reply(wire, to=None, to_mac=None, of=None):
    """An ARP reply with every field as RFC 826 has it."""
    link = LINKS[wire]
    mac = to_mac or link.host
    expected = bytes(ARP(op=2, hwsrc=link.router, psrc=of or link.ip4,
                         hwdst=mac, pdst=to or link.host4))

    def wrong(frame):
        if frame[12:14] != b"\x08\x06":
            return "no ARP"
        if frame[14:14 + len(expected)] != expected:
            return difference(expected, frame[14:14 + len(expected)])
        return wrong_ether(frame, link, mac)

    return Out(wire, wrong, f"ARP reply for {of or link.ip4}")


def difference(expected, got):
    if got is None:
        return "no such packet"
    if len(got) != len(expected):
        return f"{len(got)} bytes instead of {len(expected)}"
    at = next(i for i in range(len(got)) if got[i] != expected[i])
    return f"byte {at} is {got[at]:#04x} instead of {expected[at]:#04x}"


def summary(data):
    try:
        layer = IP if data[0] >> 4 == 4 else IPv6
        return layer(data).summary()[:100]
    except Exception:  # scapy on malformed bytes: any exception at all
        return data[:40].hex()


def frame_summary(frame):
    return f"{len(frame)} bytes: {Ether(frame).summary()[:120]}"


WIRES = (LEFT, RIGHT, NARROW)
