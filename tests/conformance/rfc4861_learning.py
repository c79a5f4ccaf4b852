# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4861, Neighbor Discovery: what the router believes, seen by where packets
then go. Each clause has a neighbour of its own, since what the router learns
stays."""

import itertools
import threading

from check import Differs
from clauses import involved
from icmp_errors import icmp6
from nd import (GIVES_UP, advertise, advertisement, mac_bytes, nd, packed, question,
                solicit)
from packets import exactly, forwarded, hop, left, udp6
from scapy.layers.inet6 import (ICMPv6ND_RA, ICMPv6ND_Redirect,
                                ICMPv6NDOptDstLLAddr, ICMPv6NDOptPrefixInfo,
                                ICMPv6NDOptSrcLLAddr)
from scapy.packet import Raw
from topology import LEFT, NOWHERE6, REMOTE6, RIGHT

FIRST, OTHER = "02:00:00:00:06:01", "02:00:00:00:06:02"
NO_ROUTE = (1, 0)
numbers = itertools.count(0x100)


def neighbor():
    return f"2001:db8:2::{next(numbers):x}"


def owner(lab, address, mac):
    lab.hosts["right"].owners[packed(address)] = mac_bytes(mac)


def reach(lab, address, mac):
    """What is for the neighbour goes to this MAC; was there a question?"""
    packet = udp6(dst=address)
    lab.check([left(packet)], [forwarded("right", packet, mac=mac)])
    return address in lab.hosts["right"].asked


def known(lab, address):
    owner(lab, address, FIRST)
    reach(lab, address, FIRST)


def add(name, says, run, linux=None):
    run.__name__, run.__doc__ = name, says
    involved(linux)(run)


# 7.2.5 Advertisements

def told(name, says, after, linux=None, tlla=OTHER, **how):
    """A neighbour that is known, at FIRST, advertises OTHER; then it is at
    `after`."""
    address = neighbor()
    frame = advertise("right", address, tlla, **how)

    def run(lab):
        known(lab, address)
        if after == OTHER:
            owner(lab, address, OTHER)
        lab.check([frame], drops=None)
        reach(lab, address, after)

    add(name, says, run, linux)


told("rfc4861_7_2_5_override",
     "An advertisement with O and another MAC: packets go there.", OTHER)
told("rfc4861_7_2_5_override_unsolicited",
     "Also when it is unsolicited, to all nodes.", OTHER,
     flags="O", dst="ff02::1")
told("rfc4861_7_2_5_no_override",
     "Without O the MAC that is known stays.", FIRST, flags="S")
told("rfc4861_7_2_5_no_override_unsolicited",
     "Also when it is unsolicited, to all nodes.", FIRST, flags="",
     dst="ff02::1")

# 7.1.2 Validation

told("rfc4861_7_1_2_hop_limit_254",
     "An advertisement with a hop limit of 254 changes nothing.", FIRST,
     hlim=254)
told("rfc4861_7_1_2_code_1", "Nor does one with code 1.", FIRST, code=1)
told("rfc4861_7_1_2_checksum", "Nor one with a wrong checksum.", FIRST,
     cksum=0x1234)
told("rfc4861_7_1_2_solicited_to_a_group",
     "Nor one to a group that says it is solicited.", FIRST, dst="ff02::1")
told("rfc4861_7_2_5_group_mac", "Nor one with a group's MAC.", FIRST,
     tlla="33:33:00:00:00:01", mac=OTHER,
     linux="It takes a group's MAC for a neighbour's.")


def told_raw(name, says, options):
    """The same with options of one's own, which are malformed."""
    address = neighbor()
    body = b"\x88\0\0\0\x60\0\0\0" + packed(address) + options

    def run(lab):
        known(lab, address)
        lab.check([nd("right", Raw(body), src=address, mac=OTHER)],
                  drops=None)
        reach(lab, address, FIRST)

    add(name, says, run)


def option(kind, length, mac):
    return bytes([kind, length]) + mac_bytes(mac)


told_raw("rfc4861_7_1_2_option_length_0",
         "Nor one with an option of length 0.",
         option(2, 1, OTHER) + b"\xfd\0" + bytes(6))
told_raw("rfc4861_7_1_2_option_too_long",
         "Nor one with an option that ends behind the packet.",
         option(2, 1, OTHER) + b"\xfd\2" + bytes(6))
told_raw("rfc4861_7_2_5_source_option",
         "A source link-layer address has no place in an advertisement: it is"
         " skipped.", option(1, 1, OTHER))

# 7.2.5, 7.2.3: who becomes a neighbour


def becomes(name, says, frame_of, asked, linux=None):
    """`frame_of` tells of an address that nobody asked for, at OTHER; its
    owner answers with FIRST."""
    address = neighbor()
    send, out = frame_of(address)

    def run(lab):
        owner(lab, address, FIRST if asked else OTHER)
        lab.check([send], out, drops=None)
        if reach(lab, address, FIRST if asked else OTHER) != asked:
            raise Differs(f"{address} is{' not' if asked else ''} asked for")

    add(name, says, run, linux)


for what, flags, dst in (("unsolicited", "O", "ff02::1"),
                         ("solicited", "SO", None)):
    becomes(f"rfc4861_7_2_5_{what}_creates_nothing",
            f"Who was not asked for becomes no neighbour by an advertisement"
            f" ({what}).",
            lambda a, f=flags, d=dst: (advertise("right", a, OTHER, flags=f,
                                                 dst=d), []), True)
becomes("rfc4861_7_2_3_learned_from_a_solicitation",
        "Who asks for the router's MAC is known by that: no need to ask back.",
        lambda a: (solicit("right", src=a, mac=OTHER),
                   [advertisement("right", to=a, mac=OTHER)]), False)
becomes("rfc4861_7_1_1_nothing_learned_from_hop_limit_254",
        "But not by a solicitation from another link.",
        lambda a: (solicit("right", src=a, mac=OTHER, hlim=254), []), True)
becomes("rfc4861_7_2_3_nothing_learned_from_others",
        "Nor by a solicitation for somebody else.",
        lambda a: (solicit("right", RIGHT.host6, src=a, mac=OTHER,
                           to_mac=RIGHT.router), []), True)


@involved()
def rfc4861_7_2_3_solicitation_updates(lab):
    """A solicitation of a known neighbour with a new MAC: the new one
    counts."""
    address = neighbor()
    known(lab, address)
    owner(lab, address, OTHER)
    lab.check([solicit("right", src=address, mac=OTHER)],
              [advertisement("right", to=address, mac=OTHER)], drops=None)
    reach(lab, address, OTHER)


@involved()
def rfc4861_7_2_5_advertisement_without_option(lab):
    """An advertisement without a MAC changes none."""
    address = neighbor()
    known(lab, address)
    lab.check([advertise("right", address, None, mac=OTHER)], drops=None)
    reach(lab, address, FIRST)


@involved()
def rfc4861_7_2_5_answer_completes(lab):
    """An answer without O is enough for a neighbour that is being asked
    for."""
    address = neighbor()
    host, packet = lab.hosts["right"], udp6(dst=address)

    def answer():
        host.wait(lambda: address in host.asked, GIVES_UP)
        host.send(advertise("right", address, OTHER, flags="S")[1])
        owner(lab, address, OTHER)

    answering = threading.Thread(target=answer)
    answering.start()
    lab.check([left(packet)],
              [question("right", address),
               forwarded("right", packet, mac=OTHER)], wait=GIVES_UP)
    answering.join()


# 6.2.7, 8.1 What a router does not follow

def unmoved(name, says, send, packet, out, drops=()):
    def run(lab):
        lab.check([send], drops=None)
        lab.check([left(packet)], [out], drops=drops)

    add(name, says, run)


packet = udp6(dst=NOWHERE6)
unmoved("rfc4861_6_2_7_advertised_router",
        "A router's advertisement makes no default route here.",
        nd("right", ICMPv6ND_RA(routerlifetime=1800)
           / ICMPv6NDOptSrcLLAddr(lladdr=OTHER)
           / ICMPv6NDOptPrefixInfo(prefix="2001:db8:ffff::", prefixlen=64),
           src="fe80::2", dst="ff02::1"),
        packet, icmp6("left", NO_ROUTE, packet), {"no-route": 1})
packet = udp6(dst=REMOTE6)
unmoved("rfc4861_8_2_redirect",
        "A router does not follow redirects.",
        nd("right", ICMPv6ND_Redirect(tgt="2001:db8:2::3", dst=REMOTE6)
           / ICMPv6NDOptDstLLAddr(lladdr=OTHER), src="fe80::2"),
        packet, forwarded("right", packet))


@involved()
def rfc4861_7_1_hop_limit_of_forwarded(lab):
    """Discovery that is for somebody else is forwarded, and so has not hop
    limit 255 any more: the receiver can tell."""
    frame = advertise("left", LEFT.host6, LEFT.host, dst=RIGHT.host6,
                      to_mac=LEFT.router)
    lab.check([frame], [exactly("right", hop(frame[1][14:]))])
