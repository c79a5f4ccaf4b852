# SPDX-License-Identifier: BSD-2-Clause
"""Route tables for a lab, and an oracle that knows what they mean.

The gateways are on both wires of a lab, several on each, with a MAC each, so
that a frame tells which gateway it was sent to:

    .2          the lab's host, which is asked for its MAC
    .11, .12    known by `neighbor` lines of CONFIG
"""

import collections
import ipaddress
import os
import random
import socket
import subprocess

from lab import CONFIG as LAB_CONFIG
from lab import LEFT, RIGHT, ROOT

MAKER = os.path.join(ROOT, "build", "maketable")
BITS = {4: 32, 6: 128}

Gateway = collections.namedtuple("Gateway", "address port mac")


def _gateways():
    for port, host, head4, head6 in (
        ("port1", LEFT, "192.0.2.", "2001:db8:1::"),
        ("port2", RIGHT, "198.51.100.", "2001:db8:2::"),
    ):
        yield Gateway(host[1], port, host[0])
        yield Gateway(host[3], port, host[0])
        for i in (11, 12):
            mac = f"02:00:00:00:{port[-1]}0:{i}"
            yield Gateway(f"{head4}{i}", port, mac)
            yield Gateway(f"{head6}{i}", port, mac)


GATEWAYS = {g.address: g for g in _gateways()}
CONFIG = LAB_CONFIG + "".join(
    f"neighbor {g.address} lladdr {g.mac} {g.port}\n"
    for g in GATEWAYS.values() if g.mac not in (LEFT[0], RIGHT[0]))


def number(text):
    """(family, value) of an address."""
    if ":" in text:
        return 6, int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
    return 4, int.from_bytes(socket.inet_aton(text), "big")


def text_of(family, value):
    return str(ipaddress.ip_address(value.to_bytes(BITS[family] // 8, "big")))


def made(kind, *options, gateways=GATEWAYS):
    """A table in text, made as for the tests of the FIB."""
    return subprocess.run(
        [MAKER, "-t", kind, *options, *gateways],
        check=True, stdout=subprocess.PIPE).stdout


def generated(ipv4, ipv6, gateways=GATEWAYS):
    return made("generated", "-4", str(ipv4), "-6", str(ipv6),
                gateways=gateways)


def full_table():
    """That of ROUTES, or a real one, or one that is made up."""
    return made("choice")


class Table:
    """What a table's text says: a dict for each prefix length."""

    def __init__(self, text):
        self.down = set()
        self.by_length = {4: {}, 6: {}}
        self.prefixes = {4: [], 6: []}
        for line in text.decode().splitlines():
            line = line.partition("#")[0]
            if line.strip():
                self._add(*line.split())
        self.lengths = {
            family: sorted(rows, reverse=True)
            for family, rows in self.by_length.items()}

    def _add(self, prefix, gateway):
        address, _, length = prefix.partition("/")
        length = int(length)
        family, value = number(address)
        rows = self.by_length[family].setdefault(length, {})
        rows.setdefault(value >> BITS[family] - length, []).append(gateway)
        self.prefixes[family].append((value, length))

    def lines(self):
        """(prefix, gateway) of each route, in some order."""
        for family, by_length in self.by_length.items():
            for length, rows in by_length.items():
                for value, ways in rows.items():
                    start = text_of(family, value << BITS[family] - length)
                    for way in ways:
                        yield f"{start}/{length}", way

    def count(self):
        return sum(len(p) for p in self.prefixes.values())

    def lookup(self, family, value):
        """The longest match: (prefix, gateways), or None.

        A gateway on a port of `down` does not count.
        """
        for length in self.lengths[family]:
            shift = BITS[family] - length
            ways = self.by_length[family][length].get(value >> shift, ())
            ways = [w for w in ways if GATEWAYS[w].port not in self.down]
            if ways:
                start = text_of(family, value >> shift << shift)
                return f"{start}/{length}", ways
        return None

    def drawn(self, rng, family, n):
        """Destinations: a random prefix, random host bits."""
        for value, length in rng.choices(self.prefixes[family], k=n):
            yield family, value | rng.getrandbits(BITS[family] - length)


def is_forwarded(family, value):
    """Whether a route decides: not the lab's own, no special address."""
    address = ipaddress.ip_address(value.to_bytes(BITS[family] // 8, "big"))
    return not any(address in n for n in SPECIAL if n.version == family)


SPECIAL = [ipaddress.ip_network(n) for n in (
    "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "169.254.0.0/16",
    "10.0.2.0/24", "192.0.2.0/24", "198.51.100.0/24",
    "::/8", "fe80::/10", "ff00::/8", "2001:db8:1::/64", "2001:db8:2::/64")]


def destinations(table, seed, n):
    """n addresses: of each family, drawn from the table and uniform."""
    rng = random.Random(seed)
    uniform4 = ((4, rng.getrandbits(32)) for _ in range(2 * n))
    uniform6 = ((6, 1 << 125 | rng.getrandbits(125)) for _ in range(n))
    out = []
    for share, source in (
        (0.35, table.drawn(rng, 4, n)), (0.25, uniform4),
        (0.30, table.drawn(rng, 6, n)), (0.10, uniform6),
    ):
        good = (d for d in source if is_forwarded(*d))
        out += [d for d, _ in zip(good, range(round(n * share)))]
    rng.shuffle(out)
    return out
