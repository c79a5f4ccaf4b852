# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 4.3: ICMP of the router; RFC 792, RFC 1122 3.2.2, RFC 1349, RFC
6633, RFC 6918. Time exceeded serves as the error wherever the kind does not
matter."""

import struct

from check import Differs
from clauses import clause, involved
from icmp_errors import TTL_EXCEEDED, echo_reply4, icmp4
from packets import echo4, ip4_frame, left, right, udp4, with_header
from scapy.layers.inet import ICMP, IP
from scapy.packet import Raw
from topology import LEFT, NOWHERE4, RIGHT
from wire import checksum


def expires(name, says, packet, *, more=None, wire="left"):
    """The packet has TTL 1: its sender hears of it."""
    clause(name, says, send=ip4_frame(wire, packet),
           out=icmp4(wire, TTL_EXCEEDED, packet, more=more),
           drops={"ttl": 1})


def silent(name, says, packet, drops, linux=None, **ether):
    """Nobody hears of it."""
    clause(name, says, send=left(packet, **ether), drops=drops, linux=linux)


BROADCAST_SOURCE = "Without a check of the reverse path it looks at the TTL" \
    " before the source, and broadcasts the error."


# 4.3.2.3 What an error quotes

for size in (28, 60, 200, 547, 548, 549, 576, 1500):
    expires(f"rfc1812_4_3_2_3_quote_of_{size}",
            f"An error about {size} bytes quotes as much as 576 bytes in all"
            " have room for.", udp4(size=size, ttl=1))
expires("rfc1812_4_3_2_3_quote_ends_with_the_packet",
        "The padding of a short frame is no part of the packet: it is not"
        " quoted.", udp4(size=30, ttl=1))
clause("rfc1812_4_3_2_3_quote_without_trailer",
       "Nor is what the frame has behind the packet.",
       send=ip4_frame("left", bytes(udp4(size=300, ttl=1)) + b"\x5a" * 200),
       out=icmp4("left", TTL_EXCEEDED, udp4(size=300, ttl=1)),
       drops={"ttl": 1})


# 4.3.2.4 - 4.3.2.6 The error itself

def high_precedence(head):
    return None if head.tos >> 5 in (6, 7) else f"TOS {head.tos:#04x}"


def ordinary(head):
    if head.ttl < 32:
        return f"TTL {head.ttl}"
    if head.ihl != 5:
        return "it has options"
    return None if not head.frag and "MF" not in head.flags else "a fragment"


expires("rfc1812_4_3_2_5_precedence",
        "An error has precedence 6 or 7.", udp4(ttl=1), more=high_precedence)
expires("rfc1812_4_3_2_5_precedence_of_low",
        "Also about a packet with a low one.", udp4(ttl=1, tos=0x20),
        more=high_precedence)
expires("rfc1812_4_3_2_2_ttl_of_an_error",
        "An error sets out with a TTL of its own, and without options.",
        udp4(ttl=1, options=b"\x94\x04\0\0"), more=ordinary)
expires("rfc1812_4_3_2_4_source_left",
        "The source of an error is the router's address on the link where"
        " the packet came in.", udp4(ttl=1))
expires("rfc1812_4_3_2_4_source_right", "So it is on each link.",
        udp4(ttl=1, src=RIGHT.host4, dst=LEFT.host4), wire="right")
sent = udp4(ttl=1, src="203.0.113.77", dst=LEFT.host4)
expires("rfc1812_4_3_2_4_to_a_far_sender",
        "A sender behind a gateway gets its error through the gateway.",
        sent, wire="right")

# 4.3.2.7 When not to send one

for kind, what in ((3, "unreachable"), (4, "source_quench"), (5, "redirect"),
                   (11, "time_exceeded"), (12, "parameter_problem")):
    about = IP(src=LEFT.host4, dst=RIGHT.host4, ttl=1) \
        / ICMP(type=kind, code=0) / bytes(udp4())[:28]
    silent(f"rfc1812_4_3_2_7_none_about_{what}",
           f"No error comes of an ICMP error (type {kind}).", about,
           {"ttl": 1})
for kind, what in ((8, "echo"), (0, "echo_reply"), (13, "timestamp")):
    about = IP(bytes(IP(src=LEFT.host4, dst=RIGHT.host4, ttl=1)
                     / ICMP(type=kind) / bytes(20)))
    expires(f"rfc1812_4_3_2_7_one_about_{what}",
            f"ICMP that is no error (type {kind}) is answered by one.", about)
silent("rfc1812_4_3_2_7_none_about_later_fragments",
       "No error comes of a fragment other than the first.",
       udp4(ttl=1, frag=1), {"ttl": 1})
silent("rfc1812_4_3_2_7_none_about_the_last_fragment",
       "Nor of the last one, whatever its offset.",
       udp4(ttl=1, frag=8000), {"ttl": 1})
expires("rfc1812_4_3_2_7_one_about_the_first_fragment",
        "The first fragment is answered.", udp4(ttl=1, flags="MF"))
silent("rfc1812_4_3_2_7_none_about_no_route_of_later_fragment",
       "Nor is a later fragment answered when there is no route.",
       udp4(dst=NOWHERE4, frag=7), {"no-route": 1})
for source, why, reason in (
        ("0.0.0.0", "names no host", "source"),
        ("127.0.0.1", "is of the loopback network", "source"),
        ("224.0.0.5", "is multicast", "source"),
        ("240.0.0.1", "is of class E", "source"),
        ("255.255.255.255", "is the broadcast address", "source")):
    silent(f"rfc1812_4_3_2_7_none_to_{source.replace('.', '_')}",
           f"No error goes to {source}: it {why}.",
           udp4(ttl=1, src=source), {reason: 1})
silent("rfc1812_4_3_2_7_none_to_a_directed_broadcast",
       "No error goes to the broadcast address of a network.",
       udp4(ttl=1, src="192.0.2.255"), {"ttl": 1}, linux=BROADCAST_SOURCE)
silent("rfc1812_4_3_2_7_none_to_a_far_directed_broadcast",
       "Nor to that of another link of the router.",
       udp4(ttl=1, src="198.51.100.255"), {"ttl": 1}, linux=BROADCAST_SOURCE)
silent("rfc1812_4_3_2_7_none_about_broadcast",
       "A broadcast is not answered: not by port unreachable.",
       udp4(dst="255.255.255.255"), {"broadcast": 1},
       dst="ff:ff:ff:ff:ff:ff")
silent("rfc1812_4_3_2_7_none_about_subnet_broadcast",
       "Nor one to the broadcast address of the link.",
       udp4(dst="192.0.2.255"), {"broadcast": 1},
       dst="ff:ff:ff:ff:ff:ff")
silent("rfc1812_4_3_2_7_none_about_multicast",
       "Multicast is not answered: not by time exceeded.",
       udp4(dst="239.1.2.3", ttl=1), {"multicast": 1})

# Echo: RFC 792, RFC 1122 3.2.2.6, 4.3.3.6

for size in (28, 29, 84, 576, 1500):
    request = echo4(dst=LEFT.ip4, size=size)
    clause(f"rfc1812_4_3_3_6_echo_of_{size}",
           f"An echo request of {size} bytes is answered with all its data.",
           send=left(request), out=echo_reply4("left", request))
request = echo4(src=RIGHT.host4, dst=LEFT.ip4)
clause("rfc1812_4_3_3_6_echo_source",
       "The source of the reply is the address that was asked.",
       send=right(request), out=echo_reply4("right", request))
request = echo4(src="203.0.113.9", dst=RIGHT.ip4, ident=0, seq=0)
clause("rfc1812_4_3_3_6_echo_from_afar",
       "A request from behind a gateway is answered through it.",
       send=right(request), out=echo_reply4("right", request))
HEAD = bytes(echo4(dst=LEFT.ip4, size=1400, id=99))
# Total length, identification, flags and offset.
PARTS = [with_header(HEAD[:620], 2, struct.pack("!HHH", 620, 99, 0x2000)),
         with_header(HEAD[:20] + HEAD[620:], 2,
                     struct.pack("!HHH", 800, 99, 75))]
for name, order in (("in_order", PARTS), ("last_first", PARTS[::-1])):
    clause(f"rfc1122_3_3_2_echo_in_fragments_{name}",
           f"A request to the router in fragments ({name.replace('_', ' ')})"
           " is put together and answered.",
           send=[ip4_frame("left", part) for part in order],
           out=echo_reply4("left", HEAD))
request = echo4(dst=LEFT.ip4, flags="DF", id=0)
clause("rfc6864_4_1_echo_with_id_0",
       "An identification of 0 means nothing: the request is answered.",
       send=left(request), out=echo_reply4("left", request))
BROKEN = bytearray(bytes(echo4(dst=LEFT.ip4)))
BROKEN[40] ^= 0x10
clause("rfc792_echo_checksum",
       "A request whose ICMP checksum is wrong is not answered.",
       send=ip4_frame("left", bytes(BROKEN)),
       drops={"icmp-ignored": 1})
clause("rfc792_echo_reply_is_not_answered",
       "An echo reply that nobody asked for is not answered.",
       send=left(IP(src=LEFT.host4, dst=LEFT.ip4)
                 / ICMP(type=0, id=5, seq=6) / b"hello"),
       drops={"icmp-ignored": 1})
for address in ("192.0.2.255", "255.255.255.255"):
    clause(f"rfc1122_3_2_2_6_echo_to_{address.replace('.', '_')}",
           f"An echo request to {address} may be discarded, and is: no one"
           " request has many answers.",
           send=left(echo4(dst=address), dst="ff:ff:ff:ff:ff:ff"),
           drops={"icmp-ignored": 1})


@involved()
def rfc1122_3_2_2_6_echo_to_all_hosts(lab):
    """An echo request to a group has no answer, or one from a host address."""
    request = [left(echo4(dst="224.0.0.1"), dst="01:00:5e:00:00:01")]
    try:
        lab.check(request, drops={"icmp-ignored": 1})
    except Differs:
        lab.check(request, [echo_reply4("left", echo4(dst=LEFT.ip4))])


# Other ICMP to the router

for kind, what, says, linux in (
        (13, "rfc1812_4_3_3_8_timestamp", "A timestamp request may go"
         " unanswered, and does.", "It answers, as it may."),
        (15, "rfc6918_2_1_information", "Information requests are obsolete:"
         " not answered.", None),
        (17, "rfc6918_2_2_address_mask", "Address mask requests are obsolete:"
         " not answered.", None),
        (37, "rfc6918_2_5_domain_name", "Domain name requests are obsolete:"
         " not answered.", None),
        (4, "rfc6633_5_source_quench", "Source quench is obsolete: ignored.",
         None),
        (11, "rfc1122_3_2_2_4_time_exceeded", "Time exceeded about nothing"
         " that the router sent is ignored.", None),
        (99, "rfc1122_3_2_2_unknown_type", "A type that is not known is"
         " discarded silently.", None)):
    message = bytes([kind, 0, 0, 0]) + bytes(range(16))
    message = message[:2] + checksum(message).to_bytes(2, "big") + message[4:]
    clause(what, says, send=left(IP(src=LEFT.host4, dst=LEFT.ip4, proto=1)
                                 / Raw(message)),
           drops={"icmp-ignored": 1}, linux=linux)


PORT_CLOSED = udp4(dst=LEFT.ip4, dport=9, size=400)
UNKNOWN_PROTOCOL = IP(src=LEFT.host4, dst=LEFT.ip4, proto=253, id=3) \
    / Raw(bytes(range(200)))
for code, what, about, says in (
        (3, "port", PORT_CLOSED, "UDP to a port where nobody listens"),
        (2, "protocol", UNKNOWN_PROTOCOL,
         "A protocol that the router does not speak")):
    clause(f"rfc1122_3_2_2_1_{what}_unreachable",
           f"{says}: {what} unreachable, quoting the header and 8 bytes at"
           " least.", send=left(about),
           out=icmp4("left", (3, code), about, least=28),
           drops={"stack": 1})
    clause(f"rfc1812_4_3_2_3_{what}_unreachable_quote",
           f"{says}: the error quotes as much as 576 bytes have room for.",
           send=left(about), out=icmp4("left", (3, code), about),
           drops={"stack": 1})
