# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4861 6, Neighbor Discovery: what the router tells hosts, on the narrow
wire alone. It may advertise itself at any time, so a solicitation that it
ignores is seen by what it learns: nothing."""

import itertools

from check import Differs
from clauses import involved
from icmp_errors import pseudo_checksum6
from nd import (ALL_NODES, ALL_NODES_MAC, is_kind, local, mac_bytes, nd,
                packed)
from packets import forwarded, left, packet_of, udp6, wrong_ether
from scapy.layers.inet6 import (ICMPv6ND_RA, ICMPv6ND_RS,
                                ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr,
                                IPv6)
from scapy.packet import Raw
from topology import LEFT, NARROW

RA = 134
FIRST, OTHER = "02:00:00:00:07:01", "02:00:00:00:07:02"
ALL_ROUTERS = "ff02::2"
# Three seconds since the last one, half a second of chance.
ANSWERS = 30
SILENT = "It advertises nothing without radvd."
numbers = itertools.count(0x100)


def solicit_router(wire, src="fe80::2", slla=None, options=b"", code=0,
                   cksum=None, **fields):
    message = ICMPv6ND_RS(code=code, cksum=cksum)
    if slla:
        message = message / ICMPv6NDOptSrcLLAddr(lladdr=slla)
        fields.setdefault("mac", slla)
    return nd(wire, message / Raw(options) if options else message, src=src,
              dst=ALL_ROUTERS, **fields)


def answer_to(lab, frame):
    """The packet with the next router advertisement."""
    host = lab.hosts["narrow"]
    host.begin()
    host.send(frame[1])
    if not host.wait(lambda: any(is_kind(f, RA) for f in host.kept), ANSWERS):
        raise Differs("no router advertisement")
    return next(f for f in host.kept if is_kind(f, RA))


def must(condition, what):
    if not condition:
        raise Differs(what)


@involved(linux=SILENT)
def rfc4861_6_2_6_solicited(lab):
    """A router solicitation is answered with an advertisement."""
    answer_to(lab, solicit_router("narrow", slla=NARROW.host))


@involved(linux=SILENT)
def rfc4861_6_2_6_solicited_from_nobody(lab):
    """Also that of a host without an address, which tells no MAC."""
    answer_to(lab, solicit_router("narrow", src="::"))


@involved(linux=SILENT)
def rfc4861_4_2_header(lab):
    """An advertisement comes from the link-local address, with hop limit 255,
    to all nodes."""
    frame = answer_to(lab, solicit_router("narrow"))
    packet = packet_of(frame)
    must(wrong_ether(frame, NARROW, ALL_NODES_MAC) is None, "Ethernet")
    must(packet[7] == 255, f"hop limit {packet[7]}")
    must(packet[8:24] == packed(local(NARROW)), "source")
    must(packet[24:40] == packed(ALL_NODES), "destination")
    must(packet[41] == 0 and pseudo_checksum6(packet) == 0, "checksum")


@involved(linux=SILENT)
def rfc4861_4_2_fields(lab):
    """It tells a hop limit, a lifetime of at most 9000 s, and the router's
    MAC; reserved bits are zero."""
    packet = IPv6(packet_of(answer_to(lab, solicit_router("narrow"))))
    ra = packet[ICMPv6ND_RA]
    must(ra.chlim == 64, f"hop limit {ra.chlim}")
    must(0 < ra.routerlifetime <= 9000, f"lifetime {ra.routerlifetime}")
    must((ra.M, ra.O, ra.res, ra.H, ra.P) == (0, 0, 0, 0, 0), "flags")
    must(ra[ICMPv6NDOptSrcLLAddr].lladdr == NARROW.router, "MAC")


@involved(linux=SILENT)
def rfc4861_4_6_2_prefix(lab):
    """It tells the link's prefix: on the link, good for addresses, lifetimes
    of 30 and 7 days, no bits behind the prefix."""
    packet = IPv6(packet_of(answer_to(lab, solicit_router("narrow"))))
    prefix = packet[ICMPv6NDOptPrefixInfo]
    must((prefix.prefix, prefix.prefixlen) == ("2001:db8:3::", 64),
         f"{prefix.prefix}/{prefix.prefixlen}")
    must((prefix.L, prefix.A, prefix.res1, prefix.res2) == (1, 1, 0, 0),
         "flags")
    must((prefix.validlifetime, prefix.preferredlifetime)
         == (30 * 86400, 7 * 86400), "lifetimes")
    must(ICMPv6NDOptPrefixInfo not in prefix.payload, "another prefix")


@involved()
def rfc4861_6_2_1_not_advertising(lab):
    """Where the router is not told to advertise itself it does not, whoever
    asks."""
    lab.check([solicit_router("left", slla=LEFT.host)], drops=None)
    # Long enough for the link on which it does to have its answer.
    if not lab.linux:
        answer_to(lab, solicit_router("narrow"))
    if any(is_kind(f, RA) for f in lab.hosts["left"].kept):
        raise Differs("it advertises itself")


# 6.2.6, 6.1.1 Who becomes a neighbour by a solicitation


def asks(name, says, learned, linux=None, **fields):
    """A host solicits with OTHER as its MAC; one that is not learned answers
    with FIRST when it is asked."""
    address = f"2001:db8:3::{next(numbers):x}"
    fields = {"src": address, "slla": OTHER, **fields}
    frame = solicit_router("narrow", **fields)
    mac = OTHER if learned else FIRST
    packet = udp6(dst=address)

    def run(lab):
        host = lab.hosts["narrow"]
        host.owners[packed(address)] = mac_bytes(mac)
        lab.check([frame], drops=None)
        lab.check([left(packet)], [forwarded("narrow", packet, mac=mac)])
        if (address in host.asked) == learned:
            raise Differs("it is learned" if not learned else
                          "it is not learned")

    run.__name__, run.__doc__ = name, says
    involved(linux)(run)


asks("rfc4861_6_2_6_who_solicits_is_known",
     "Who solicits and tells its MAC becomes a neighbour.", True)
asks("rfc4861_4_1_unknown_option",
     "Options that the router does not know are skipped.", True,
     options=b"\xfd\1" + bytes(6))
asks("rfc4861_6_1_1_hop_limit_254",
     "A solicitation with a hop limit of 254 is silently discarded: who sent"
     " it is not learned.", False, hlim=254)
asks("rfc4861_6_1_1_code_1", "So is one with code 1.", False, code=1)
asks("rfc4861_6_1_1_checksum", "So is one with a wrong checksum.", False,
     cksum=0x1234)
asks("rfc4861_6_1_1_option_length_0", "So is one with an option of length 0.",
     False, options=b"\xfd\0" + bytes(6))
asks("rfc4861_6_1_1_option_too_long",
     "So is one with an option that ends behind the packet.", False,
     options=b"\xfd\2" + bytes(6))
