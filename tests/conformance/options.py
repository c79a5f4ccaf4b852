# SPDX-License-Identifier: BSD-2-Clause
"""IPv4 options (RFC 791 3.1) as bytes."""

import socket

HEADER = 20
END, NOP = b"\x00", b"\x01"
RECORD_ROUTE, TIMESTAMP = 7, 68
LOOSE, STRICT = 131, 137
ROUTER_ALERT = b"\x94\x04\x00\x00"  # RFC 2113
# Numbers for experiments (RFC 4727 3.2): not copied, and copied.
UNKNOWN = b"\x5e\x04\xaa\xbb"
UNKNOWN_COPIED = b"\x9e\x04\xcc\xdd"
STAMP_NOT_STANDARD = 0x80


def nops(count):
    return NOP * count


def address(text):
    return socket.inet_aton(text)


def route(kind, *slots, pointer=4):
    """A record route or a source route: an address or None in each slot."""
    body = b"".join(address(s) if s else bytes(4) for s in slots)
    return bytes([kind, 3 + len(body), pointer]) + body + END


def record_route(*slots, pointer=4):
    return route(RECORD_ROUTE, *slots, pointer=pointer)


def timestamp(flag, *slots, pointer=5, overflow=0):
    """Each slot is 4 bytes."""
    body = b"".join(slots)
    return bytes([TIMESTAMP, 4 + len(body), pointer,
                  overflow << 4 | flag]) + body


def any_bytes(packet):
    """Options as they are, for scapy's `options`; padded to words."""
    return packet + bytes(-len(packet) % 4)
