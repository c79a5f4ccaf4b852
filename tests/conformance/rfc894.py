# SPDX-License-Identifier: BSD-2-Clause
"""RFC 894, IP over Ethernet; RFC 1122 2.3.3."""

from clauses import ANY, clause
from packets import (FRAME_MIN, Out, forwarded, hop, ip4_frame, left,
                     packet_of, raw_ether, udp4)
from topology import RIGHT

clause("rfc894_other_mac",
       "A frame to somebody else's MAC is not taken.",
       send=left(udp4(), dst="02:00:00:00:77:77"), filtered=True, drops=ANY)
clause("rfc894_other_port_mac",
       "Nor is one to the MAC of another port of the router.",
       send=left(udp4(), dst=RIGHT.router), filtered=True, drops=ANY)
clause("rfc894_trailer",
       "What a frame has behind the packet goes no further.",
       send=ip4_frame("left", bytes(udp4(size=120)) + b"\x5a" * 100),
       out=forwarded("right", udp4(size=120)))
clause("rfc894_trailer_after_a_large_packet",
       "So it is when the frame is as long as can be.",
       send=ip4_frame("left", bytes(udp4(size=1000)) + b"\x5a" * 500),
       out=forwarded("right", udp4(size=1000)))


def zero_padding(packet):
    """The packet one hop further, the rest of the frame zero."""
    def wrong(frame):
        if packet_of(frame) != hop(packet):
            return "no such packet"
        rest = frame[14 + len(bytes(packet)):]
        return f"padding {rest.hex()}" if any(rest) else None

    return Out("right", wrong, "the packet, padded with zeros")


SHORT = udp4(size=30)
clause("rfc894_padding",
       "A short packet is padded with zeros: not with what came behind it.",
       send=ip4_frame("left", bytes(SHORT) + b"\xa5" * (
           FRAME_MIN - 14 - len(bytes(SHORT)))), out=zero_padding(SHORT))
for ethertype, what in ((0x0600, "xns"), (0x6003, "decnet"), (0x8035, "rarp"),
                        (0x8137, "ipx"), (0x8847, "mpls"), (0x8863, "pppoe"),
                        (0x88B5, "experimental"), (0xFFFF, "ffff")):
    clause(f"rfc894_ethertype_{what}",
           f"EtherType {ethertype:#06x} is not routed, whatever follows.",
           send=raw_ether("left", bytes(udp4()), ethertype),
           drops={"ethertype": 1})
for length, what in ((3, "llc"), (46, "snap"), (0x05DC, "longest")):
    body = (b"\xaa\xaa\x03\0\0\0\x08\0" if what == "snap" else b"\x42\x42\x03") \
        + bytes(udp4())
    clause(f"rfc1122_2_3_3_802_3_{what}",
           f"A frame of IEEE 802.3 with a length of {length} where others have"
           " the EtherType need not be understood, and is not.",
           send=raw_ether("left", body, length), drops={"ethertype": 1})
clause("rfc894_ip4_ethertype_of_ip6",
       "An IPv4 packet behind the EtherType of IPv6 is discarded.",
       send=raw_ether("left", bytes(udp4()), 0x86DD), drops={"ip-version": 1})
