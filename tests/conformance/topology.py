# SPDX-License-Identifier: BSD-2-Clause
"""The network around the router, the same for every machine.

    left     192.0.2.0/24     2001:db8:1::/64    host .2, ::2
             10.31.0.0/31     2001:db8:31::2/127 the far end is the host
    right    198.51.100.0/24  2001:db8:2::/64    hosts .2, .3, ::2, ::3
    narrow   172.20.1.0/24    2001:db8:3::/64    host .2, ::2; MTU 1280

The router is .1 and ::1 of each, and the first of /31 and /127. There is no
default route. A clause that changes what the router knows uses addresses that
no other clause uses.

    right, VID 100    10.100.0.0/24    2001:db8:100::/64    host .2, ::2
    right, VID 4094   10.101.0.0/24    2001:db8:101::/64    host .2, ::2
    left, VID 200     10.102.0.0/24    2001:db8:102::/64    host .2, ::2
    left, VID 301     10.103.0.0/24    2001:db8:103::/64    host .2, ::2
    left, VID 302     10.104.0.0/24    2001:db8:104::/64    host .2, ::2

Sources are verified on VID 301, strictly, and on VID 302, loosely.

The router's end of the narrow wire advertises itself to hosts.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """A wire. `host` is the MAC of its first host, `second` that of another,
    `router` that of the port."""

    name: str
    port: int
    host: str
    second: str
    router: str
    addresses: tuple  # of the router, with prefix lengths
    hosts: dict = field(hash=False)  # address: MAC
    mtu: int = 1500
    vlans: dict = field(default_factory=dict, hash=False)  # VID: addresses
    verifies: dict = field(default_factory=dict, hash=False)  # VID: rx, any
    advertises: bool = False

    @property
    def ip4(self):
        return self.addresses[0].split("/")[0]

    @property
    def ip6(self):
        return self.addresses[1].split("/")[0]

    @property
    def host4(self):
        return list(self.hosts)[0]

    @property
    def host6(self):
        return list(self.hosts)[1]


def link(name, port, addresses, hosts, second=(), **options):
    mac = f"02:00:00:00:00:{port:02x}"
    other = f"02:00:00:00:01:{port:02x}"
    owners = {address: mac for address in hosts}
    owners.update({address: other for address in second})
    return Link(name, port, mac, other, f"52:54:00:bb:00:{port:02x}",
                addresses, owners, **options)


def vlan(network4, network6):
    """The router's addresses there."""
    return f"{network4}.1/24", f"{network6}::1/64"


LEFT = link(
    "left", 1,
    ("192.0.2.1/24", "2001:db8:1::1/64", "10.31.0.0/31",
     "2001:db8:31::2/127"),
    ("192.0.2.2", "2001:db8:1::2", "10.31.0.1", "2001:db8:31::3",
     "fe80::2", "10.102.0.2", "2001:db8:102::2", "10.103.0.2",
     "2001:db8:103::2", "10.104.0.2", "2001:db8:104::2"),
    vlans={200: vlan("10.102.0", "2001:db8:102"),
           301: vlan("10.103.0", "2001:db8:103"),
           302: vlan("10.104.0", "2001:db8:104")},
    verifies={301: "rx", 302: "any"})
RIGHT = link(
    "right", 2,
    ("198.51.100.1/24", "2001:db8:2::1/64"),
    ("198.51.100.2", "2001:db8:2::2", "fe80::2", "10.100.0.2",
     "2001:db8:100::2", "10.101.0.2", "2001:db8:101::2"),
    ("198.51.100.3", "2001:db8:2::3"),
    vlans={100: vlan("10.100.0", "2001:db8:100"),
           4094: vlan("10.101.0", "2001:db8:101")})
NARROW = link(
    "narrow", 3,
    ("172.20.1.1/24", "2001:db8:3::1/64"),
    ("172.20.1.2", "2001:db8:3::2", "fe80::2"), mtu=1280,
    advertises=True)
LINKS = {"left": LEFT, "right": RIGHT, "narrow": NARROW}

# What each of these prefixes is for. "via" has next hops.
ROUTES = [
    ("203.0.113.0/25", "via", RIGHT.host4),
    ("203.0.113.128/28", "blackhole"),
    ("203.0.113.144/28", "reject"),
    ("203.0.113.160/28", "via", "198.51.100.99"),  # nobody is there
    ("10.66.0.0/16", "via", "198.51.100.2", "198.51.100.3"),
    ("10.68.0.0/16", "via", RIGHT.host4),
    ("10.68.64.0/18", "blackhole"),
    ("10.68.64.128/25", "via", NARROW.host4),
    ("10.67.0.0/16", "via", "10.31.0.1"),
    ("10.69.0.0/16", "via", "10.103.0.2", RIGHT.host4),
    ("10.70.0.0/16", "via", "10.103.0.2"),
    ("2001:db8:203::/48", "via", RIGHT.host6),
    ("2001:db8:dead:1::/64", "blackhole"),
    ("2001:db8:dead:2::/64", "reject"),
    ("2001:db8:dead:3::/64", "via", "2001:db8:2::99"),
    ("2001:db8:66::/48", "via", "2001:db8:2::2", "2001:db8:2::3"),
    ("2001:db8:67::/48", "via", "2001:db8:31::3"),
    ("2001:db8:69::/48", "via", "2001:db8:103::2", RIGHT.host6),
    ("2001:db8:70::/48", "via", "2001:db8:103::2"),
]
REMOTE4, REMOTE6 = "203.0.113.7", "2001:db8:203::7"
BLACKHOLE4, BLACKHOLE6 = "203.0.113.129", "2001:db8:dead:1::1"
REJECT4, REJECT6 = "203.0.113.145", "2001:db8:dead:2::1"
SILENT4, SILENT6 = "203.0.113.161", "2001:db8:dead:3::1"
ECMP4, ECMP6 = "10.66.0.1", "2001:db8:66::1"
NOWHERE4, NOWHERE6 = "100.64.7.7", "2001:db8:ffff::7"
