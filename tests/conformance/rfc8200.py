# SPDX-License-Identifier: BSD-2-Clause
"""RFC 8200, IPv6: the header, extension headers in transit, size; RFC 6437,
flow labels; RFC 5095, routing headers; RFC 8201, the router's part."""

from clauses import clause
from icmp_errors import icmp6
from packets import forwarded, ip6_frame, left, narrow, right, udp6
from scapy.layers.inet import TCP, UDP
from scapy.layers.inet6 import (HBHOptUnknown, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                IPv6ExtHdrRouting, PadN, RouterAlert)
from scapy.layers.ipsec import AH
from scapy.packet import Raw
from topology import LEFT, NARROW, REMOTE6, RIGHT

HOP_LIMIT, TOO_BIG = (3, 0), (2, 0)
HEADER, OPTION = (4, 0), (4, 2)


def ip6(*layers, src=LEFT.host6, dst=RIGHT.host6, **fields):
    packet = IPv6(src=src, dst=dst, **fields)
    for layer in layers:
        packet = packet / layer
    return IPv6(bytes(packet))


def data(size=64):
    return UDP(sport=4000, dport=9) / Raw(bytes(size))


def patched(packet, at, value):
    """The bytes with some replaced."""
    raw = bytes(packet)
    return raw[:at] + value + raw[at + len(value):]


def passes(name, says, packet, wire="right", **more):
    clause(name, says, send=ip6_frame("left", packet),
           out=forwarded(wire, packet, **more))


def pointer(at):
    """RFC 4443 3.4: the second word of a parameter problem."""
    return at.to_bytes(4, "big")


# 3 The header

passes("rfc8200_3_forwarded",
       "A packet goes on to its next hop, one less in its hop limit, else as"
       " it was.", udp6())
clause("rfc8200_3_forwarded_back", "A packet goes the other way just so.",
       send=right(udp6(src=RIGHT.host6, dst=LEFT.host6)),
       out=forwarded("left", udp6(src=RIGHT.host6, dst=LEFT.host6)))
passes("rfc8200_3_through_a_gateway",
       "What has a route goes to the MAC of its gateway.", udp6(dst=REMOTE6))
passes("rfc8200_3_second_neighbor",
       "What is for a neighbour goes to that neighbour's MAC.",
       udp6(dst="2001:db8:2::3"), mac=RIGHT.second)
for tc in (0x01, 0x02, 0x03, 0x2E, 0xB8, 0xFF):
    passes(f"rfc8200_7_traffic_class_{tc:02x}_kept",
           f"Traffic class {tc:#04x} stays as it was.", udp6(tc=tc))
for label in (1, 0x12345, 0xFFFFF):
    passes(f"rfc6437_2_flow_label_{label:x}_kept",
           f"A flow label ({label:#x}) is delivered unchanged.",
           udp6(fl=label))
for version in (0, 4, 5, 7, 15):
    bad = patched(udp6(), 0, bytes([version << 4]))
    clause(f"rfc8200_3_version_{version}",
           f"Version {version} behind the EtherType of IPv6 is discarded.",
           send=ip6_frame("left", bad), drops={"ip-version": 1})
clause("rfc8200_3_payload_length_beyond_frame",
       "A payload longer than the frame has bytes is discarded.",
       send=ip6_frame("left", patched(udp6(), 4, (61).to_bytes(2, "big"))),
       drops={"ip-length": 1})
clause("rfc8200_3_trailing_bytes",
       "What follows the packet in the frame does not go on.",
       send=ip6_frame("left", bytes(udp6()) + b"\x5a" * 30),
       out=forwarded("right", udp6()))
passes("rfc8200_4_7_no_next_header",
       "No next header, and no byte behind it: forwarded.", ip6(nh=59))
passes("rfc8200_4_7_no_next_header_data",
       "Bytes behind no next header are passed on unchanged.",
       ip6(Raw(b"\x55" * 40), nh=59))
for limit in (0, 1):
    packet = udp6(hlim=limit)
    clause(f"rfc8200_3_hop_limit_{limit}",
           f"Hop limit {limit} is not forwarded: time exceeded.",
           send=left(packet), out=icmp6("left", HOP_LIMIT, packet),
           drops={"ttl": 1})
passes("rfc8200_3_hop_limit_2", "Hop limit 2 is forwarded, as 1.",
       udp6(hlim=2))
passes("rfc8200_3_hop_limit_255", "Hop limit 255 is forwarded, as 254.",
       udp6(hlim=255))
for proto in (6, 50, 89, 103, 132, 136, 253):
    passes(f"rfc8200_4_protocol_{proto}",
           f"What the payload is (protocol {proto}) is nothing to a router.",
           ip6(Raw(bytes(range(64))), nh=proto))
passes("rfc8200_8_1_bad_udp_checksum",
       "A wrong checksum of the payload is for the destination to find.",
       patched(udp6(), 46, b"\xde\xad"))
passes("rfc8200_8_1_zero_udp_checksum", "So is one that is not there.",
       patched(udp6(), 46, b"\0\0"))
for size in (48, 49, 60, 1280, 1499, 1500):
    passes(f"rfc8200_5_size_{size}", f"A packet of {size} bytes is forwarded.",
           udp6(size=size))

# 4 Extension headers in transit

FIRST = IPv6ExtHdrFragment(m=1, id=7)
PASSED = {
    "destination_options": [IPv6ExtHdrDestOpt(options=[PadN(optdata=b"")]),
                            data()],
    "unknown_destination_option": [
        IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0xDE, optdata=b"ab")]),
        data()],
    "first_fragment": [FIRST, data()],
    "later_fragment": [IPv6ExtHdrFragment(offset=60, id=7), Raw(bytes(80))],
    "atomic_fragment": [IPv6ExtHdrFragment(id=7), data()],
    "options_and_fragment": [IPv6ExtHdrDestOpt(), FIRST, data()],
    "chain": [IPv6ExtHdrDestOpt(), IPv6ExtHdrRouting(type=2, segleft=0,
              addresses=["2001:db8::5"]), IPv6ExtHdrFragment(id=9),
              IPv6ExtHdrDestOpt(), TCP(sport=1, dport=2)],
    "authentication": [AH(nh=17, payloadlen=4, spi=5, seq=6,
                          icv=bytes(12)), data()],
    "second_hop_by_hop": [IPv6ExtHdrDestOpt(nh=0), IPv6ExtHdrHopByHop(),
                          data()],
}
for name, layers in PASSED.items():
    passes(f"rfc8200_4_{name}_in_transit",
           "Extension headers other than the hop-by-hop options are not"
           f" looked at on the way ({name.replace('_', ' ')}).", ip6(*layers))
for kind in (0, 2, 4, 253):
    passes(f"rfc5095_3_routing_type_{kind}_in_transit",
           f"A routing header (type {kind}) that is not for the router is none"
           " of its business.",
           ip6(IPv6ExtHdrRouting(type=kind, segleft=1,
                                 addresses=["2001:db8::5"]), data()))
# 4.2, 4.3 Hop-by-hop options


def hbh(*options):
    return ip6(IPv6ExtHdrHopByHop(options=list(options)), data())


def unknown(kind):
    return HBHOptUnknown(otype=kind, optdata=b"abcd")


passes("rfc8200_4_3_padding", "Padding among hop-by-hop options passes.",
       hbh(PadN(optdata=b"\0" * 4)))
passes("rfc2711_2_router_alert",
       "A router alert about what a router does not know passes.",
       hbh(RouterAlert(value=5)))
passes("rfc8200_4_2_option_00_skipped",
       "An unknown option of bits 00 is skipped.", hbh(unknown(0x1E)))
passes("rfc8200_4_2_option_may_change",
       "So is one that may change on the way (001).", hbh(unknown(0x3E)))
clause("rfc8200_4_2_option_01_discarded",
       "An unknown option of bits 01: discarded in silence.",
       send=left(hbh(unknown(0x5E))), drops={"options": 1})
for kind, bits in ((0x9E, "10"), (0xDE, "11")):
    packet = hbh(unknown(kind))
    clause(f"rfc8200_4_2_option_{bits}_told",
           f"An unknown option of bits {bits}: discarded, and a parameter"
           " problem of code 2 points to it.",
           send=left(packet), drops={"options": 1},
           out=icmp6("left", OPTION, packet, rest=pointer(42)))
packet = hbh(PadN(optdata=b"\0\0"), unknown(0x9E))
clause("rfc8200_4_2_options_in_order",
       "Options are dealt with in their order; the pointer is of the first"
       " that is not known.",
       send=left(packet), drops={"options": 1},
       out=icmp6("left", OPTION, packet, rest=pointer(46)))
packet = ip6(Raw(b"\x11\x00\x01\x09" + bytes(4)), data(), nh=0)
clause("rfc8200_4_3_option_beyond_header",
       "An option longer than its header: not forwarded, parameter problem.",
       send=left(packet), drops={"parameter": 1},
       out=icmp6("left", HEADER, packet, rest=pointer(43)),
       linux="It discards such a packet in silence.")
packet = ip6(Raw(b"\x11\x14" + bytes(22)), nh=0)
clause("rfc8200_4_3_header_beyond_packet",
       "Hop-by-hop options longer than the packet: a parameter problem points to"
       " their length (RFC 4443 3.4).",
       send=left(packet), drops={"parameter": 1},
       out=icmp6("left", HEADER, packet, rest=pointer(41)),
       linux="It discards such a packet in silence.")
packet = ip6(IPv6ExtHdrHopByHop(options=[PadN(optdata=b"")]), data(), hlim=1)
clause("rfc8200_3_hop_limit_1_with_options",
       "Options do not save a packet whose hop limit is used up.",
       send=left(packet), out=icmp6("left", HOP_LIMIT, packet),
       drops={"ttl": 1})

# 5 Packet size; RFC 8201

for size in (1281, 1500):
    packet = udp6(size=size, dst=NARROW.host6)
    clause(f"rfc8200_5_too_big_{size}",
           f"{size} bytes for an MTU of 1280: packet too big, with the MTU of"
           " the next link; a router never fragments.",
           send=left(packet), drops={"mtu": 1},
           out=icmp6("left", TOO_BIG, packet, rest=pointer(1280)))
passes("rfc8200_5_exactly_1280", "1280 bytes pass every link.",
       udp6(size=1280, dst=NARROW.host6), wire="narrow")
clause("rfc8200_5_from_the_narrow_link", "What fits goes the other way.",
       send=narrow(udp6(size=1280, src=NARROW.host6)),
       out=forwarded("right", udp6(size=1280, src=NARROW.host6)))
packet = ip6(IPv6ExtHdrFragment(offset=10, id=3), Raw(bytes(1300)),
             dst=NARROW.host6)
clause("rfc8201_4_too_big_later_fragment",
       "Packet too big is sent about any fragment.",
       send=left(packet), drops={"mtu": 1},
       out=icmp6("left", TOO_BIG, packet, rest=pointer(1280)))
packet = udp6(size=1400, dst=NARROW.host6, hlim=1)
clause("rfc8200_3_hop_limit_before_size",
       "A hop limit of 1 comes before the size: one error only.",
       send=left(packet), out=icmp6("left", HOP_LIMIT, packet),
       drops={"ttl": 1})
