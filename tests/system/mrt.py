# SPDX-License-Identifier: BSD-2-Clause
"""Writes route tables as MRT TABLE_DUMP_V2 (RFC 6396), as collectors do."""

import gzip
import socket
import struct

TABLE_DUMP_V2 = 13
PEER_INDEX_TABLE, RIB_IPV4_UNICAST, RIB_IPV6_UNICAST = 1, 2, 4
ORIGIN, AS_PATH, NEXT_HOP, MP_REACH_NLRI = 1, 2, 3, 14
TIME = 1_700_000_000


def record(subtype, body, kind=TABLE_DUMP_V2):
    return struct.pack(">IHHI", TIME, kind, subtype, len(body)) + body


def peer_index(peers=1, name=b"lab"):
    body = socket.inet_aton("192.0.2.1") + struct.pack(">H", len(name)) + name
    body += struct.pack(">H", peers)
    for i in range(peers):
        # an IPv4 peer with a four-byte AS number
        body += struct.pack(">BIII", 2, i + 1, 0xC0000201 + i, 64512 + i)
    return record(PEER_INDEX_TABLE, body)


def attribute(kind, value):
    return struct.pack(">BBB", 0x40, kind, len(value)) + value


def attributes(gateway, hops=3, origin=0):
    """Of a way by `gateway`, with a path of `hops` ASes."""
    path = struct.pack(f">BB{hops}I", 2, hops, *range(64512, 64512 + hops))
    out = attribute(ORIGIN, bytes([origin])) + attribute(AS_PATH, path)
    if ":" in gateway:
        address = socket.inet_pton(socket.AF_INET6, gateway)
        return out + attribute(MP_REACH_NLRI, bytes([16]) + address)
    return out + attribute(NEXT_HOP, socket.inet_aton(gateway))


def rib(prefix, ways, sequence=0):
    """`ways`: (peer, attributes) of each."""
    address, length = prefix.split("/")
    v6 = ":" in address
    family = socket.AF_INET6 if v6 else socket.AF_INET
    bits = int(length)
    body = struct.pack(">IB", sequence, bits)
    body += socket.inet_pton(family, address)[:(bits + 7) // 8]
    body += struct.pack(">H", len(ways))
    for peer, values in ways:
        body += struct.pack(">HIH", peer, TIME, len(values)) + values
    return record(RIB_IPV6_UNICAST if v6 else RIB_IPV4_UNICAST, body)


def mrt(routes):
    """The bytes of a file of (prefix, gateway), one way each."""
    return peer_index() + b"".join(
        rib(prefix, [(0, attributes(gateway))], number)
        for number, (prefix, gateway) in enumerate(routes))


def write_mrt(path, routes, packed=False):
    data = mrt(routes)
    with open(path, "wb") as out:
        out.write(gzip.compress(data, 6) if packed else data)
