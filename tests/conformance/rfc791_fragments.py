# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 2.3 and 3.2: fragmentation, onto the wire with an MTU of 1280."""

from clauses import clause
from options import HEADER, UNKNOWN_COPIED, nops
from packets import either, exactly, forwarded, hop, left, udp4, with_header
from topology import NARROW

MF = 0x2000
OFFSET = 0x1FFF


def copied(options, removed):
    """Those options that go with every fragment. The others are removed, or
    NOPs take their place."""
    kept, at = b"", 0
    while at < len(options) and options[at] != 0:
        length = 1 if options[at] == 1 else options[at + 1]
        if options[at] & 0x80:
            kept += options[at:at + length]
        elif not removed:
            kept += nops(length)
        at += length
    return kept + bytes(-len(kept) % 4)


def fragments(packet, mtu, removed=True):
    """The procedure of 3.2: as much as fits in each, the rest in the last."""
    data = hop(packet)
    flags = int.from_bytes(data[6:8], "big")
    offset, more = flags & OFFSET, flags & MF
    header, parts = data[:(data[0] & 15) * 4], []
    rest = data[len(header):]
    while rest:
        fits = mtu - len(header)
        if len(rest) > fits:
            fits -= fits % 8
        part, rest = rest[:fits], rest[fits:]
        word = (flags & ~(OFFSET | MF)) | offset | (MF if rest else more)
        length = len(header) + len(part)
        parts.append(with_header(
            bytes([0x40 | len(header) // 4, header[1]])
            + length.to_bytes(2, "big") + header[4:6]
            + word.to_bytes(2, "big") + header[8:] + part, 10, b"\0\0"))
        offset += len(part) // 8
        header = header[:HEADER] + copied(header[HEADER:], removed)
    return parts


def cut(name, says, packet, **options):
    ways = zip(fragments(packet, NARROW.mtu),
               fragments(packet, NARROW.mtu, removed=False))
    clause(name, says, send=left(packet),
           out=[either(*(exactly("narrow", p) for p in parts))
                for parts in ways], **options)


def big(size, **fields):
    return udp4(size=size, dst=NARROW.host4, **fields)


clause("rfc791_2_3_exactly_the_mtu",
       "A packet of just the MTU is not fragmented.",
       send=left(big(1280)), out=forwarded("narrow", big(1280)))
for size in (1281, 1284, 1285, 1300, 1444, 1499, 1500):
    cut(f"rfc791_3_2_fragments_of_{size}",
        f"{size} bytes onto an MTU of 1280 are two fragments, cut at a"
        " multiple of 8, with MF in the first.", big(size, id=size))
cut("rfc791_3_2_fragments_keep_the_rest",
    "TOS, identification, TTL less one and protocol are those of the packet"
    " in each fragment.", big(1400, tos=0xB8, id=0xBEEF, ttl=7))
cut("rfc791_3_2_fragment_of_a_first_fragment",
    "A first fragment is cut again: both parts have MF, since more comes.",
    big(1500, flags="MF", id=2))
cut("rfc791_3_2_fragment_of_a_middle_fragment",
    "A middle fragment is cut again: offsets go on from its own, both have"
    " MF.", big(1500, flags="MF", frag=185, id=3))
cut("rfc791_3_2_fragment_of_a_last_fragment",
    "A last fragment is cut again: its last part ends the datagram.",
    big(1499, frag=370, id=4))
cut("rfc791_3_2_fragment_at_the_largest_offset",
    "A fragment at the end of the largest datagram is cut: the offset does"
    " not overflow.", big(1400, frag=8016, id=5))
for name, fields in (("first", {"flags": "MF"}),
                     ("middle", {"flags": "MF", "frag": 100}),
                     ("last", {"frag": 200})):
    packet = big(700, id=6, **fields)
    clause(f"rfc791_3_2_{name}_fragment_passes",
           f"A {name} fragment that fits goes on as it is.",
           send=left(packet), out=forwarded("narrow", packet))

cut("rfc791_3_1_option_copied_to_fragments",
    "An option with the copied flag is in every fragment.",
    big(1400, id=7, options=UNKNOWN_COPIED))
cut("rfc791_3_1_option_not_copied_to_fragments",
    "An option without the copied flag is in the first fragment only.",
    big(1400, id=8, options=nops(3) + b"\x5e\x04\xaa\xbb\x00"))
cut("rfc791_3_1_options_mixed_in_fragments",
    "Of several options, later fragments have those with the copied flag.",
    big(1400, id=9, options=b"\x5e\x04\xaa\xbb" + b"\x9e\x04\xcc\xdd"))
