# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2991 and 2992: routes with several next hops."""

from check import Differs
from clauses import involved
from packets import either, forwarded, left, pattern, udp4, udp6
from scapy.layers.inet import UDP
from scapy.layers.inet6 import (
    IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, PadN, fragment6)
from scapy.packet import Raw
from topology import ECMP4, ECMP6, LEFT, RIGHT

MACS = RIGHT.host, RIGHT.second
FLOWS = 64


def ways(lab, packets):
    """The MAC to which each packet went."""
    lab.check([left(p) for p in packets],
              [either(*(forwarded("right", p, mac=m) for m in MACS))
               for p in packets])
    found = {}
    for frame in lab.hosts["right"].kept:
        for i, packet in enumerate(packets):
            if any(forwarded("right", packet, mac=m).wrong(frame) is None
                   for m in MACS):
                found.setdefault(i, []).append(frame[:6])
    return [found[i].pop(0) for i in range(len(packets))]


def flow(number, **fields):
    if fields.pop("six", False):
        return udp6(dst=f"2001:db8:66::{number + 1:x}", sport=4000 + number,
                    **fields)
    return udp4(dst=f"10.66.0.{number + 1}", sport=4000 + number, **fields)


for name, six in (("4", False), ("6", True)):
    def stable(lab, six=six):
        for number in range(4):
            taken = ways(lab, [flow(number, six=six, size=100 + i)
                               for i in range(16)])
            if len(set(taken)) != 1:
                raise Differs(f"flow {number} takes both ways")

    def spread(lab, six=six):
        taken = ways(lab, [flow(i, six=six) for i in range(FLOWS)])
        least = min(taken.count(bytes.fromhex(m.replace(":", "")))
                    for m in MACS)
        if least < FLOWS // 8:
            raise Differs(f"{least} of {FLOWS} flows take the lesser way")

    stable.__name__ = f"rfc2991_2_flow_keeps_its_way_ip{name}"
    stable.__doc__ = f"All packets of a flow take the same way (IPv{name})."
    spread.__name__ = f"rfc2992_flows_are_spread_ip{name}"
    spread.__doc__ = f"Of many flows each way gets its share (IPv{name})."
    involved()(stable)
    involved()(spread)


def together(lab, parts_of):
    for number in range(8):
        taken = ways(lab, parts_of(number))
        if len(set(taken)) != 1:
            raise Differs(f"datagram {number} takes both ways")


@involved()
def rfc2991_2_fragments_ip4(lab):
    """All fragments of a datagram take the same way, also those without its
    ports."""
    together(lab, lambda n: [
        udp4(dst=ECMP4, sport=4000 + n, size=600, flags="MF", id=n),
        udp4(dst=ECMP4, sport=5000 + n, size=500, flags="MF", frag=72, id=n),
        udp4(dst=ECMP4, sport=6000 + n, size=400, frag=132, id=n)])


@involved()
def rfc2991_2_fragments_ip6(lab):
    """So do those of an IPv6 packet."""
    def parts(number):
        whole = IPv6(src=LEFT.host6, dst=ECMP6) \
            / IPv6ExtHdrFragment(id=number) \
            / UDP(sport=4000 + number, dport=9) / Raw(pattern(2000))
        return [IPv6(bytes(p)) for p in fragment6(whole, 800)]

    together(lab, parts)


@involved()
def rfc6438_3_flow_labels_spread(lab):
    """Where ports do not follow the header, the flow label tells flows apart:
    each way gets its share."""
    taken = ways(lab, [
        IPv6(bytes(IPv6(src=LEFT.host6, dst=ECMP6, fl=0x12345 + 0x101 * i)
                   / IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))])
                   / UDP(sport=4000, dport=9) / Raw(pattern(50))))
        for i in range(FLOWS)])
    least = min(taken.count(bytes.fromhex(m.replace(":", ""))) for m in MACS)
    if least < FLOWS // 8:
        raise Differs(f"{least} of {FLOWS} flows take the lesser way")
