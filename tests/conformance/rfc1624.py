# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1624, Incremental Updating of the Internet Checksum; RFC 1071."""

from clauses import clause
from options import UNKNOWN
from packets import exactly, forwarded, hop, ip4_frame, left, udp4
from wire import checksum

HEADER = 20


def with_checksum(wanted, **fields):
    """A packet whose header has this checksum, by choice of its ID."""
    data = bytearray(bytes(udp4(id=0, **fields)))
    data[10:12] = b"\0\0"
    # In one's complement: ID + wanted + the rest = 0xffff.
    ident = checksum(bytes(data[:HEADER]) + wanted.to_bytes(2, "big"))
    data[4:6] = ident.to_bytes(2, "big")
    data[10:12] = wanted.to_bytes(2, "big")
    assert checksum(bytes(data[:HEADER])) == 0
    return bytes(data)


EDGES = [0x0000, 0x0001, 0x00FF, 0x0100, 0xFDFF, 0xFE00, 0xFEFE, 0xFEFF,
         0xFF00, 0xFF01, 0xFFFE]
for edge in EDGES:
    packet = with_checksum(edge, ttl=64)
    clause(f"rfc1624_3_checksum_{edge:04x}",
           f"The checksum of one hop after {edge:#06x} is that of the new"
           " header computed afresh: carries and zeros are right.",
           send=ip4_frame("left", packet), out=forwarded("right", packet))
TTLS = [2, 3, 64, 127, 128, 129, 254, 255]
SWEEP = [with_checksum(c, ttl=t) for t in TTLS for c in (0, 0xFEFF, 0xFFFE)]
clause("rfc1624_3_checksum_of_every_ttl",
       "So it is for TTLs from 2 to 255.",
       send=[ip4_frame("left", p) for p in SWEEP],
       out=[forwarded("right", p) for p in SWEEP])

ZERO = with_checksum(0)
MINUS_ZERO = ZERO[:10] + b"\xff\xff" + ZERO[12:]
clause("rfc1624_5_checksum_minus_zero",
       "A checksum of 0xffff where 0 is computed verifies as well: both are"
       " zero.",
       send=ip4_frame("left", MINUS_ZERO), out=exactly("right", hop(ZERO)))

GOOD = bytes(udp4())
for name, bad in (("zero", b"\0\0"), ("swapped", GOOD[11:9:-1]),
                  ("off_by_one", bytes([GOOD[10], GOOD[11] ^ 1])),
                  ("top_bit", bytes([GOOD[10] ^ 0x80, GOOD[11]]))):
    clause(f"rfc1071_1_checksum_{name}",
           f"A header whose checksum is wrong ({name.replace('_', ' ')}) is"
           " discarded, without a word.",
           send=ip4_frame("left", GOOD[:10] + bad + GOOD[12:]),
           drops={"ip-checksum": 1})
OPTIONS = bytes(udp4(options=UNKNOWN))
clause("rfc1071_1_checksum_covers_options",
       "The checksum covers the options: wrong there is wrong.",
       send=ip4_frame("left", OPTIONS[:22] + b"\x99" + OPTIONS[23:]),
       drops={"ip-checksum": 1})
