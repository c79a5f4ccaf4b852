# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791, Internet Protocol: the header. Fragments and options have files of
their own."""

from clauses import clause
from packets import forwarded, ip4_frame, left, right, udp4, with_header
from scapy.layers.inet import IP
from scapy.packet import Raw
from topology import LEFT, RIGHT

PACKET = udp4(size=200)


def malformed(name, says, at, value, drops, **options):
    clause(name, says, send=ip4_frame("left", with_header(PACKET, at, value)),
           drops=drops, **options)


clause("rfc791_1_4_forwarded",
       "A packet goes on to its next hop, one less in its TTL, else as it was.",
       send=left(PACKET), out=forwarded("right", PACKET))
clause("rfc791_1_4_forwarded_back",
       "A packet goes the other way just so.",
       send=right(udp4(src=RIGHT.host4, dst=LEFT.host4)),
       out=forwarded("left", udp4(src=RIGHT.host4, dst=LEFT.host4)))

for version in (0, 5, 6, 15):
    malformed(f"rfc791_3_1_version_{version}",
              f"Version {version} in a frame of IPv4 is no IPv4: discarded.",
              0, bytes([version << 4 | 5]), {"ip-version": 1})
for words in (0, 1, 4):
    clause(f"rfc791_3_1_header_of_{words}_words",
           f"A header length of {words} words is less than a header has:"
           " discarded.",
           send=ip4_frame("left", bytes([0x40 | words]) + bytes(PACKET)[1:]),
           drops={"ip-header": 1})
malformed("rfc791_3_1_header_beyond_packet",
          "A header longer than the total length: discarded.",
          0, b"\x4f\0\0\x28", {"ip-length": 1})
for total in (0, 19):
    malformed(f"rfc791_3_1_total_length_{total}",
              f"A total length of {total} does not hold the header: discarded.",
              2, total.to_bytes(2, "big"), {"ip-length": 1})
for total in (201, 65535):
    malformed(f"rfc791_3_1_total_length_{total}_of_200",
              f"A total length of {total} where 200 bytes came: discarded.",
              2, total.to_bytes(2, "big"), {"ip-length": 1})
clause("rfc791_3_1_total_length_20",
       "A packet of a header alone is forwarded.",
       send=left(IP(src=LEFT.host4, dst=RIGHT.host4, proto=253, id=1)),
       out=forwarded("right", IP(src=LEFT.host4, dst=RIGHT.host4, proto=253,
                                 id=1)))

for proto in (0, 2, 4, 6, 41, 47, 50, 51, 132, 253, 255):
    packet = IP(src=LEFT.host4, dst=RIGHT.host4, proto=proto, id=proto) \
        / Raw(bytes(range(40)))
    clause(f"rfc791_3_1_protocol_{proto}",
           f"Forwarding does not ask for the protocol: {proto} crosses"
           " unchanged, whatever its payload.",
           send=left(packet), out=forwarded("right", packet))

SIZES = [28, 29, 45, 46, 47, 63, 64, 127, 128, 255, 256, 575, 576, 577, 1279,
         1280, 1281, 1499, 1500]
clause("rfc791_3_1_sizes",
       "Packets of every size up to the link's MTU cross unchanged.",
       send=[left(udp4(size=s, id=s)) for s in SIZES],
       out=[forwarded("right", udp4(size=s, id=s)) for s in SIZES])
IDS = [0, 1, 0x7FFF, 0x8000, 0xFFFF]
clause("rfc791_3_1_identification_kept",
       "The identification is the sender's: no router changes it.",
       send=[left(udp4(id=i)) for i in IDS],
       out=[forwarded("right", udp4(id=i)) for i in IDS])
for bit, what in ((0x40, "dont_fragment"), (0x80, "reserved")):
    clause(f"rfc791_3_1_flag_{what}_kept",
           f"The flag {what.replace('_', ' ')} stays as it was.",
           send=ip4_frame("left", with_header(PACKET, 6, bytes([bit]))),
           out=forwarded("right", with_header(PACKET, 6, bytes([bit]))))
clause("rfc791_3_1_ttl_255",
       "TTL 255 is the largest, not a sign: 254 comes out.",
       send=left(udp4(ttl=255)), out=forwarded("right", udp4(ttl=255)))
clause("rfc791_3_1_ttl_128",
       "TTL 128 becomes 127.",
       send=left(udp4(ttl=128)), out=forwarded("right", udp4(ttl=128)))
