# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4443, ICMPv6: what a router says about packets, and when not."""

from clauses import ANY, clause
from icmp_errors import icmp6, pseudo_checksum6, wrong_quote6
from packets import Out, ip6_frame, left, packet_of, udp6, wrong_ether
from rfc8200 import ip6, patched, pointer
from scapy.layers.inet import UDP
from scapy.layers.inet6 import (HBHOptUnknown, ICMPv6EchoRequest, IPv6,
                                IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                                IPv6ExtHdrRouting)
from scapy.packet import Raw
from topology import BLACKHOLE6, LEFT, LINKS, NARROW, REJECT6, RIGHT

NO_ROUTE, SCOPE, ADDRESS, PORT, REJECT = (1, 0), (1, 2), (1, 3), (1, 4), (1, 6)
HOP_LIMIT, HEADER, NEXT_HEADER = (3, 0), (4, 0), (4, 1)
OPTION, CHAIN = (4, 2), (4, 3)
NOWHERE6 = "2001:db8:9999::1"


def link_local(link):
    """RFC 4291 appendix A: the router's address made of the port's MAC."""
    mac = bytes.fromhex(link.router.replace(":", ""))
    eui = bytes([mac[0] ^ 2]) + mac[1:3] + b"\xff\xfe" + mac[3:]
    return "fe80::" + ":".join(eui[i:i + 2].hex().lstrip("0") or "0"
                               for i in range(0, 8, 2))


def echo6(size=64, src=LEFT.host6, dst=LEFT.ip6, **fields):
    body = bytes(i & 0xFF for i in range(size))
    return IPv6(bytes(IPv6(src=src, dst=dst, **fields)
                      / ICMPv6EchoRequest(id=0x77, seq=3, data=body)))


def echo_reply6(wire, request, source=None):
    """RFC 4443 4.2: the data of the request, from who was asked."""
    link, sent = LINKS[wire], bytes(request)
    source = IPv6(src=source).src if source else IPv6(sent[:40]).dst

    def wrong(frame):
        packet = packet_of(frame)
        if packet is None or packet[6] != 58 or packet[40:42] != b"\x81\0":
            return "no echo reply"
        if pseudo_checksum6(packet):
            return "checksum"
        head = IPv6(packet[:40])
        if (head.src, head.dst) != (source, IPv6(sent[:40]).src):
            return f"from {head.src} to {head.dst}"
        if packet[44:] != sent[44:]:
            return "identifier, number or data"
        return wrong_ether(frame, link, None)

    return Out(wire, wrong, f"echo reply from {source}")


def told(name, says, packet, kind, drops, wire="left", linux=None,
         **expected):
    clause(name, says, send=ip6_frame(wire, packet), drops=drops, linux=linux,
           out=icmp6(wire, kind, packet, **expected))


def silent(name, says, packet, drops, **more):
    clause(name, says, send=left(packet, **more.pop("ether", {})),
           drops=drops, **more)


# 3.1 Destination unreachable

told("rfc4443_3_1_no_route", "No route: code 0.", udp6(dst=NOWHERE6),
     NO_ROUTE, {"no-route": 1})
told("rfc4443_3_1_reject", "A route that rejects: code 6.",
     udp6(dst=REJECT6), REJECT, {"reject": 1},
     linux="Its route that refuses says code 1: it is one that prohibits.")
silent("rfc4443_3_1_blackhole",
       "Where a router is told to discard silently, it is silent.",
       udp6(dst=BLACKHOLE6), {"blackhole": 1})
told("rfc4443_3_1_beyond_scope",
     "A source of the link alone, to a destination beyond it: code 2, back on"
     " that link.", udp6(src="fe80::2"), SCOPE, {"scope": 1},
     source=link_local(LEFT))
told("rfc4443_3_1_back_the_same_way",
     "An error goes to who sent, by the port that leads there.",
     udp6(src=NARROW.host6, dst=NOWHERE6), NO_ROUTE, {"no-route": 1},
     wire="narrow")
packet = udp6(dst="2001:db8:2::e001")
clause("rfc4443_3_1_address_unreachable",
       "A neighbour that does not answer: code 3.",
       send=left(packet), out=icmp6("left", ADDRESS, packet), wait=15,
       drops={"no-neighbor": 1})
told("rfc4443_3_1_closed_port",
     "A UDP port of the router's that nobody listens on: code 4.",
     udp6(dst=LEFT.ip6, dport=33434), PORT, {"stack": 1})
told("rfc4443_3_1_closed_port_of_another_link",
     "So it is for its address on another link, from that address.",
     udp6(dst=RIGHT.ip6, dport=33434), PORT, {"stack": 1},
     source=RIGHT.ip6)

# 2.2 The source of an error

told("rfc4443_2_2_source_left",
     "An error comes from the router's address where the packet came in.",
     udp6(hlim=1), HOP_LIMIT, {"ttl": 1})
told("rfc4443_2_2_source_right", "So it does on each link.",
     udp6(hlim=1, src=RIGHT.host6, dst=LEFT.host6), HOP_LIMIT, {"ttl": 1},
     wire="right")
told("rfc4443_2_2_to_a_far_sender",
     "A sender behind a gateway gets its error through the gateway.",
     udp6(hlim=1, src="2001:db8:203::5", dst=LEFT.host6), HOP_LIMIT,
     {"ttl": 1}, wire="right")

# 2.4 (c) What an error quotes

for size in (48, 49, 100, 1231, 1232, 1233, 1280, 1500):
    told(f"rfc4443_2_4_c_quote_of_{size}",
         f"An error about {size} bytes quotes as much as 1280 bytes in all"
         " have room for.", udp6(size=size, hlim=1), HOP_LIMIT, {"ttl": 1})
told("rfc4443_2_4_c_quote_ends_with_the_packet",
     "The padding of a short frame is not quoted.",
     ip6(nh=59, hlim=1), HOP_LIMIT, {"ttl": 1})

# 2.4 (e) When not to send one

for kind, what in ((1, "unreachable"), (2, "too_big"), (3, "time_exceeded"),
                   (4, "parameter_problem"), (100, "private_error"),
                   (127, "unknown_error")):
    silent(f"rfc4443_2_4_e_1_none_about_{what}",
           f"No error comes of an ICMPv6 error (type {kind}).",
           ip6(Raw(bytes([kind, 0, 0, 0, 0, 0, 0, 0]) + bytes(48)), nh=58,
               hlim=1), {"ttl": 1})
silent("rfc4443_2_4_e_2_none_about_redirect", "Nor of a redirect.",
       ip6(Raw(b"\x89" + bytes(63)), nh=58, hlim=1), {"ttl": 1},
       linux="It takes a redirect for a message like any other.")
for kind, what in ((128, "echo"), (129, "echo_reply"), (200, "private")):
    told(f"rfc4443_2_4_e_1_one_about_{what}",
         f"An informational message (type {kind}) is answered by an error.",
         ip6(Raw(bytes([kind]) + bytes(39)), nh=58, hlim=1), HOP_LIMIT,
         {"ttl": 1})
silent("rfc4443_2_4_e_1_none_about_error_behind_options",
       "An error behind extension headers is an error.",
       ip6(IPv6ExtHdrDestOpt(nh=58), Raw(b"\x01" + bytes(47)), hlim=1),
       {"ttl": 1})
silent("rfc4443_2_4_e_3_none_about_multicast",
       "No error comes of a packet to a group.",
       udp6(dst="ff0e::1234", hlim=1), ANY,
       ether={"dst": "33:33:00:00:12:34"}, filtered=True)
silent("rfc4443_2_4_e_4_none_about_link_multicast",
       "Nor of one that came as a link's multicast.",
       udp6(hlim=1), {"link-group": 1}, ether={"dst": "33:33:00:00:00:01"})
silent("rfc4443_2_4_e_5_none_about_link_broadcast",
       "Nor of one that came as a link's broadcast.",
       udp6(hlim=1), {"link-group": 1}, ether={"dst": "ff:ff:ff:ff:ff:ff"})
silent("rfc4443_2_4_e_6_none_to_unspecified", "Nor is one sent to ::.",
       udp6(src="::", hlim=1), {"source": 1})
silent("rfc4443_2_4_e_6_none_to_multicast", "Nor to a group.",
       udp6(src="ff0e::1", hlim=1), {"source": 1})

# 4.2 Echo

for wire, link in LINKS.items():
    request = echo6(src=link.host6, dst=link.ip6)
    clause(f"rfc4443_4_2_echo_{wire}", "The router answers to its address.",
           send=ip6_frame(wire, request), out=echo_reply6(wire, request))
for size in (0, 1, 600, 1232, 1452):
    request = echo6(size=size)
    clause(f"rfc4443_4_2_echo_of_{size}",
           f"An echo request with {size} bytes is answered with all of them.",
           send=left(request), out=echo_reply6("left", request))
for name, request in {
        "far_side": echo6(dst=RIGHT.ip6), "hop_limit_1": echo6(hlim=1),
        "hop_limit_0": echo6(hlim=0),
        "link_local": echo6(src="fe80::2", dst=link_local(LEFT)),
        "link_local_from_global": echo6(dst=link_local(LEFT)),
        "traffic_class": echo6(tc=0xB8, fl=77)}.items():
    clause(f"rfc4443_4_2_echo_{name}",
           "It answers from the address that was asked"
           f" ({name.replace('_', ' ')}).",
           send=left(request), out=echo_reply6("left", request))
for group in ("ff02::1", "ff02::2"):
    request = echo6(src="fe80::2", dst=group, hlim=1)
    clause(f"rfc4443_4_2_echo_{group.replace('::', '_')}",
           f"A request to {group} is answered from a unicast address.",
           send=left(request, dst="33:33:00:00:00:0" + group[-1]),
           out=echo_reply6("left", request, source=link_local(LEFT)))
clause("rfc4443_4_2_echo_bad_checksum",
       "A request with a wrong checksum is not answered.",
       send=ip6_frame("left", patched(echo6(), 42, b"\xde\xad")),
       drops={"icmp-ignored": 1})
clause("rfc4443_4_2_echo_reply_ignored", "Replies are not answered.",
       send=ip6_frame("left", ip6(Raw(b"\x81\0\0\0" + bytes(8)), nh=58,
                                  dst=LEFT.ip6)), drops={"icmp-ignored": 1})

# 3.4 Parameter problem, of what is for the router; RFC 8200 4, RFC 5095

told("rfc4443_3_4_unknown_next_header",
     "A next header that nobody here knows: code 1, pointing to it.",
     ip6(Raw(bytes(40)), nh=253, dst=LEFT.ip6), NEXT_HEADER,
     {"stack": 1},
     rest=pointer(6))
told("rfc8200_4_2_unknown_destination_option",
     "An unknown destination option of bits 10: code 2, pointing to it.",
     ip6(IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x9E,
                                                  optdata=b"abcd")]),
         UDP(sport=1, dport=2), dst=LEFT.ip6), OPTION,
     {"options": 1}, rest=pointer(42))
told("rfc5095_3_routing_type_0",
     "A routing header of type 0 with segments left, to the router: code 0,"
     " pointing to the type.",
     ip6(IPv6ExtHdrRouting(type=0, segleft=1, addresses=[RIGHT.host6]),
         UDP(sport=1, dport=2), dst=LEFT.ip6), HEADER,
     {"parameter": 1}, rest=pointer(42))
told("rfc8200_4_4_unknown_routing_type",
     "So it is for a type that is not known.",
     ip6(IPv6ExtHdrRouting(type=77, segleft=1, addresses=[RIGHT.host6]),
         UDP(sport=1, dport=2), dst=LEFT.ip6), HEADER,
     {"parameter": 1}, rest=pointer(42))

# 4.5 of RFC 8200: fragments for the router

REQUEST = echo6(size=2000)


def pieces(packet, cuts, ident):
    """The payload in fragments that end at these offsets."""
    raw = bytes(packet)[40:]
    ends = list(cuts) + [len(raw)]
    for start, end in zip([0] + list(cuts), ends):
        yield ip6(IPv6ExtHdrFragment(nh=58, offset=start // 8, id=ident,
                                     m=int(end < len(raw))),
                  Raw(raw[start:end]), dst=LEFT.ip6)


def whole6(wire, request):
    """The reply comes in fragments, too: the first of them."""
    link, sent = LINKS[wire], bytes(request)

    def wrong(frame):
        packet = packet_of(frame)
        if packet is None or packet[6] != 44 or packet[40] != 58:
            return "no fragment of ICMPv6"
        if packet[42:44] == b"\0\1" and packet[48] != 0x81:
            return "no echo reply"
        if not packet[48 + 8:].count(sent[1040:1060]) \
                and packet[42:44] == b"\0\1":
            return "not the data"
        return wrong_ether(frame, link, None)

    return Out(wire, wrong, "a fragment of the reply")


clause("rfc8200_4_5_reassembled",
       "Fragments for the router are put together: the echo is answered.",
       send=[left(p) for p in pieces(REQUEST, (1000,), 501)],
       out=[whole6("left", REQUEST)] * 2)
clause("rfc8200_4_5_any_order", "So they are in any order.",
       send=[left(p) for p in reversed(list(pieces(REQUEST, (1000,), 502)))],
       out=[whole6("left", REQUEST)] * 2)
request = echo6(size=40)
clause("rfc6946_4_atomic_fragment",
       "A fragment that is the whole packet is taken as the packet.",
       send=left(next(pieces(request, (), 503))),
       out=echo_reply6("left", request))
overlap = list(pieces(echo6(size=1000), (400, 800), 504))
overlap[1] = ip6(IPv6ExtHdrFragment(nh=58, offset=40, id=504, m=1),
                 Raw(bytes(480)), dst=LEFT.ip6)
clause("rfc5722_4_overlap", "Fragments that overlap: all are discarded.",
       send=[left(p) for p in overlap], drops={"reassembly": 3})
odd = ip6(IPv6ExtHdrFragment(nh=58, offset=0, id=505, m=1),
          Raw(b"\x80" + bytes(60)), dst=LEFT.ip6)
told("rfc8200_4_5_odd_length",
     "A fragment, not the last, of a length that is no multiple of 8: code 0,"
     " pointing to the payload length.", odd, HEADER,
     {"parameter": 1}, rest=pointer(4))
told("rfc7112_5_chain_cut",
     "A first fragment that ends within its extension headers: code 3.",
     ip6(IPv6ExtHdrFragment(nh=60, offset=0, id=506, m=1),
         Raw(b"\x11\5\1\4" + bytes(4)), dst=LEFT.ip6), CHAIN,
     {"parameter": 1})
silent("rfc8200_4_2_destination_option_01",
       "An unknown destination option of bits 01: discarded, and no more.",
       ip6(IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x5E,
                                                    optdata=b"abcd")]),
           UDP(sport=1, dport=2), dst=LEFT.ip6), {"options": 1})
silent("rfc8200_4_2_destination_option_11_to_a_group",
       "One of bits 11 in a packet to a group: discarded, and no more.",
       ip6(IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0xDE,
                                                    optdata=b"abcd")]),
           UDP(sport=1, dport=2), dst="ff02::1"), {"options": 1},
       ether={"dst": "33:33:00:00:00:01"})

# 8.1 of RFC 8200: UDP for the router

datagram = udp6(dst=LEFT.ip6, dport=33434)
silent("rfc8200_8_1_udp_without_checksum",
       "UDP without a checksum is dropped: nobody is told of a closed port.",
       IPv6(patched(datagram, 46, bytes(2))), {"stack": 1})
for length in (0, 7, 53):
    silent(f"rfc768_udp_length_{length}",
           f"52 bytes that say that they are {length} of UDP are dropped.",
           ip6(UDP(sport=1, dport=33434, len=length), Raw(bytes(44)),
               dst=LEFT.ip6), {"stack": 1},
           linux=None if length else
           "It takes a length of 0 for a jumbogram's (RFC 2675 4).")
silent("rfc8200_8_1_no_source",
       "Nothing but neighbour discovery and MLD comes from `::`.",
       echo6(src="::"), {"source": 1})
silent("rfc4291_2_1_own_source",
       "What a wire brings from the router's own address is another's.",
       echo6(src=LEFT.ip6), {"source": 1})
