# SPDX-License-Identifier: BSD-2-Clause
"""What a router asks by ARP: RFC 826, RFC 5227 2.4, RFC 1122 2.3.2, and RFC
6583 for both families. Each clause has neighbours of its own."""

import time

from check import Differs
from clauses import clause, involved
from icmp_errors import HOST, icmp4
from nd import GIVES_UP, mac_bytes, packed, wait_for
from packets import (Out, difference, forwarded, left, on, udp4, udp6,
                     wrong_ether)
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6DestUnreach, IPv6
from scapy.layers.l2 import ARP, Ether
from topology import LEFT, LINKS, NARROW, RIGHT

BROADCAST = "ff:ff:ff:ff:ff:ff"
SCANNED = 200


def request(wire, address):
    """RFC 826: everything filled in but what is asked for."""
    link = LINKS[wire]
    expected = bytes(ARP(op=1, hwsrc=link.router, psrc=link.ip4,
                         pdst=address))

    def wrong(frame):
        if frame[12:14] != b"\x08\x06":
            return "no ARP"
        got = frame[14:32] + bytes(6) + frame[38:42]
        if got != expected:
            return difference(expected, got)
        return wrong_ether(frame, link, BROADCAST)

    return Out(wire, wrong, f"ARP request for {address}")


clause("rfc5227_2_4_defends",
       "Another host uses the router's address: the router keeps it and"
       " announces it again.",
       send=on("narrow", Ether(src="02:00:00:00:05:06", dst=BROADCAST)
               / ARP(hwsrc="02:00:00:00:05:06", psrc=NARROW.ip4,
                     pdst="172.20.1.77")),
       out=request("narrow", NARROW.ip4),
       linux="It leaves that to a daemon.")


@involved()
def rfc826_asking(lab):
    """A MAC that is not known is asked for by broadcast, with the router's own
    MAC and address on that link."""
    address = "198.51.100.55"
    lab.hosts["right"].owners[packed(address)] = mac_bytes(RIGHT.second)
    packet = udp4(dst=address)
    lab.check([left(packet)], [request("right", address),
                               forwarded("right", packet, mac=RIGHT.second)])


@involved()
def rfc826_asking_again(lab):
    """A neighbour that misses the first request is asked again."""
    address = "198.51.100.56"
    host, packet = lab.hosts["right"], udp4(dst=address)
    host.owners[packed(address)] = mac_bytes(RIGHT.second)
    host.misses[packed(address)] = 1
    lab.check([left(packet)],
              [request("right", address), request("right", address),
               forwarded("right", packet, mac=RIGHT.second)], wait=GIVES_UP)


@involved()
def rfc1122_2_3_2_1_gives_up(lab):
    """After three requests without an answer: host unreachable. The rate is
    one a second at most."""
    address = "198.51.100.57"
    host, packet = lab.hosts["right"], udp4(dst=address)
    begin = time.monotonic()
    lab.check([left(packet)],
              [request("right", address)] * 3
              + [icmp4("left", HOST, packet)],
              drops={"no-neighbor": 1}, wait=GIVES_UP)
    if host.asked.count(address) != 3:
        raise Differs(f"asked {host.asked.count(address)} times")
    if time.monotonic() - begin < 2:
        raise Differs("three requests in less than two seconds")


@involved()
def rfc1122_2_3_2_1_probe_is_unicast(lab):
    """Whether a known neighbour is still there is asked by a request to it
    alone."""
    frame = wait_for(lab, "right", lambda f: f[12:14] == b"\x08\x06"
                     and f[20:22] == b"\0\1" and not f[0] & 1)
    if frame[6:12] != frame[22:28] or frame[28:32] != packed(RIGHT.ip4):
        raise Differs(f"not from the router: {frame.hex()}")


def scan(lab, packets, ours):
    """Packets to nobody, and among them those of a flow that goes on. The
    first are errors themselves, so that none comes of them. Ends when the
    router has given them all up."""
    before = lab.drops()
    frames = [left(p) for p in packets]
    for i, packet in enumerate(ours):
        frames.insert((i + 1) * len(packets) // len(ours), left(packet))
    lab.check(frames, [forwarded("right", p) for p in ours], drops=None)
    end = time.monotonic() + GIVES_UP
    while before and sum(lab.drops().values()) - sum(before.values()) \
            < len(packets):
        if time.monotonic() > end:
            raise Differs("packets to nobody are kept")


@involved()
def rfc6583_6_scan_of_a_64(lab):
    """A scan of a /64 does not hurt the neighbours that are known: what is for
    them is forwarded all the while."""
    scan(lab, [IPv6(src=LEFT.host6, dst=f"2001:db8:2::dead:{i:x}")
               / ICMPv6DestUnreach() / bytes(udp6())
               for i in range(SCANNED)],
         [udp6(sport=5000 + i) for i in range(20)])


@involved()
def rfc6583_6_scan_of_a_24(lab):
    """Nor does one of an IPv4 network."""
    scan(lab, [IP(src=LEFT.host4, dst=f"198.51.100.{i}")
               / ICMP(type=3, code=1) / bytes(udp4())[:28]
               for i in range(110, 250)],
         [udp4(sport=5000 + i) for i in range(20)])
