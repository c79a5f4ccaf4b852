# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812, Requirements for IP Version 4 Routers: forwarding (5.2, 5.3)."""

from clauses import clause, involved
from icmp_errors import (ADMIN, NET, TTL_EXCEEDED, echo_reply4, icmp4,
                         too_big4)
from packets import (echo4, forwarded, ip4_frame, left, narrow,
                     right, udp4, with_header)
from scapy.layers.inet import ICMP, IP
from topology import (BLACKHOLE4, LEFT, NARROW, NOWHERE4, REJECT4, REMOTE4,
                      RIGHT)

# 5.3.1 Time to live

for ttl in (0, 1):
    sent = udp4(ttl=ttl)
    clause(f"rfc1812_5_3_1_ttl_{('zero', 'one')[ttl]}",
           f"TTL {ttl} is not forwarded: time exceeded goes to the sender.",
           send=left(sent), out=icmp4("left", TTL_EXCEEDED, sent),
           drops={"ttl": 1})
    echo = echo4(dst=LEFT.ip4, ttl=ttl)
    clause(f"rfc1812_5_3_1_ttl_{('zero', 'one')[ttl]}_to_the_router",
           f"What is for the router is taken with TTL {ttl}.",
           send=left(echo), out=echo_reply4("left", echo))
    echo = echo4(dst=RIGHT.ip4, ttl=ttl)
    clause(f"rfc1812_5_3_1_ttl_{('zero', 'one')[ttl]}_to_its_far_side",
           f"So is, with TTL {ttl}, what is for its address on another link.",
           send=left(echo), out=echo_reply4("left", echo))
clause("rfc1812_5_3_1_ttl_two",
       "TTL 2 is forwarded, as 1.",
       send=left(udp4(ttl=2)), out=forwarded("right", udp4(ttl=2)))
clause("rfc1812_5_3_1_ttl_before_route",
       "TTL 1 and no route: one error only, and nothing forwarded.",
       send=left(udp4(ttl=1, dst=REMOTE4)),
       out=icmp4("left", TTL_EXCEEDED, udp4(ttl=1, dst=REMOTE4)),
       drops={"ttl": 1})

# 5.2.4 Next hop

clause("rfc1812_5_2_4_through_a_gateway",
       "What has a route goes to the MAC of its gateway, its destination"
       " unchanged.",
       send=left(udp4(dst=REMOTE4)), out=forwarded("right", udp4(dst=REMOTE4)))
clause("rfc1812_5_2_4_second_neighbor",
       "What is for a neighbour goes to that neighbour's MAC.",
       send=left(udp4(dst="198.51.100.3")),
       out=forwarded("right", udp4(dst="198.51.100.3"), mac=RIGHT.second))
clause("rfc1812_5_2_4_3_longest_match",
       "Of the routes to a destination the one with the longest prefix counts.",
       send=[left(udp4(dst=d)) for d in ("10.68.0.1", "10.68.64.1",
                                         "10.68.64.128", "10.68.128.0")],
       out=[forwarded("right", udp4(dst="10.68.0.1")),
            forwarded("narrow", udp4(dst="10.68.64.128")),
            forwarded("right", udp4(dst="10.68.128.0"))],
       drops={"blackhole": 1})
clause("rfc1812_5_2_3_any_own_address",
       "What is for an address of the router is its own, by whichever port"
       " it came in.",
       send=[left(echo4(dst=RIGHT.ip4)), right(echo4(src=RIGHT.host4,
                                                     dst=NARROW.ip4)),
             narrow(echo4(src=NARROW.host4, dst=LEFT.ip4))],
       out=[echo_reply4("left", echo4(dst=RIGHT.ip4)),
            echo_reply4("right", echo4(src=RIGHT.host4, dst=NARROW.ip4)),
            echo_reply4("narrow", echo4(src=NARROW.host4, dst=LEFT.ip4))])

# 5.2.7.1 Destination unreachable

sent = udp4(dst=NOWHERE4)
clause("rfc1812_5_2_7_1_no_route",
       "No route: network unreachable, code 0.",
       send=left(sent), out=icmp4("left", NET, sent), drops={"no-route": 1})
sent = udp4(dst=REJECT4)
clause("rfc1812_5_2_7_1_prohibited",
       "A route that refuses: code 13, prohibited by who runs the router.",
       send=left(sent), out=icmp4("left", ADMIN, sent), drops={"reject": 1})
clause("rfc1812_5_2_7_1_blackhole",
       "Where a router is told to discard silently, it is silent.",
       send=left(udp4(dst=BLACKHOLE4)), drops={"blackhole": 1})
clause("rfc1812_5_2_7_1_back_the_same_way",
       "An error goes to who sent, by the port that leads there.",
       send=narrow(udp4(src=NARROW.host4, dst=NOWHERE4)),
       out=icmp4("narrow", NET, udp4(src=NARROW.host4, dst=NOWHERE4)),
       drops={"no-route": 1})

# 5.2.7.2 Redirect


@involved()
def rfc1812_5_2_7_2_redirect_ignored(lab):
    """A redirect to the router changes nothing of its routes."""
    packet = udp4(dst=REMOTE4, sport=4321)
    redirect = IP(src=RIGHT.host4, dst=RIGHT.ip4) / ICMP(
        type=5, code=1, gw="198.51.100.3") / bytes(packet)[:28]
    lab.check([right(redirect)], drops=None)
    lab.check([left(packet)], [forwarded("right", packet)])


# 5.3.2 - 5.3.4 Type of service, link-layer groups

for tos in (0x01, 0x02, 0x03, 0x10, 0x20, 0xB8, 0xE0, 0xFF):
    clause(f"rfc1812_5_3_2_tos_{tos:02x}_kept",
           f"The TOS byte {tos:#04x} stays as it was.",
           send=left(udp4(tos=tos)), out=forwarded("right", udp4(tos=tos)))
for name, mac in (("broadcast", "ff:ff:ff:ff:ff:ff"),
                  ("multicast", "01:00:5e:00:00:01")):
    clause(f"rfc1812_5_3_4_link_{name}",
           f"A packet for one host that came as a link's {name} is not"
           " forwarded.",
           send=left(udp4(), dst=mac),
           drops={"link-group": 1} if name == "broadcast" else None,
           filtered=name == "multicast")
    clause(f"rfc1812_5_3_4_link_{name}_no_error",
           f"Nor does an error come of it ({name}).",
           send=left(udp4(ttl=1), dst=mac),
           drops={"link-group": 1} if name == "broadcast" else None,
           filtered=name == "multicast")

# 4.2.2.3 Reserved bits, 4.2.2.8 Reassembly

clause("rfc1812_4_2_2_3_reserved_bits",
       "Bits that are reserved, in TOS and flags, are ignored and kept.",
       send=ip4_frame("left", with_header(udp4(tos=1), 6, b"\x80")),
       out=forwarded("right", with_header(udp4(tos=1), 6, b"\x80")))
PARTS = [udp4(size=500, flags="MF", id=77), udp4(size=300, frag=60, id=77)]
clause("rfc1812_4_2_2_8_no_reassembly",
       "Fragments of others are forwarded one by one.",
       send=[left(p) for p in PARTS],
       out=[forwarded("right", p) for p in PARTS])
clause("rfc1812_4_2_2_8_later_fragment_first",
       "Also when the first one is missing or late.",
       send=left(PARTS[1]), out=forwarded("right", PARTS[1]))

# RFC 1191, the router's part

for size in (1281, 1500):
    sent = udp4(size=size, dst=NARROW.host4, flags="DF")
    clause(f"rfc1191_4_too_big_{size}",
           f"DF and {size} bytes for an MTU of 1280: fragmentation needed, with"
           " the MTU of the next hop.",
           send=left(sent), out=too_big4("left", 1280, sent),
           drops={"mtu": 1})
sent = udp4(size=1280, dst=NARROW.host4, flags="DF")
clause("rfc1191_4_exactly_the_mtu",
       "DF and just the MTU: forwarded.",
       send=left(sent), out=forwarded("narrow", sent))
clause("rfc1191_4_later_fragment",
       "DF on a later fragment that is too big: discarded; errors are about"
       " first fragments only.",
       send=left(udp4(size=1400, dst=NARROW.host4, flags="DF", frag=99)),
       drops={"mtu": 1})
sent = udp4(size=1400, dst=NARROW.host4, flags="DF+MF")
clause("rfc1191_4_first_fragment",
       "DF on a first fragment that is too big: fragmentation needed.",
       send=left(sent), out=too_big4("left", 1280, sent), drops={"mtu": 1})
sent = udp4(size=1400, dst=NARROW.host4, flags="DF", ttl=1)
clause("rfc1812_5_3_1_ttl_before_mtu",
       "TTL 1 comes before the size: time exceeded alone.",
       send=left(sent), out=icmp4("left", TTL_EXCEEDED, sent),
       drops={"ttl": 1})
