# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4291, IPv6 addresses; RFC 4007, scopes; RFC 6164, /127; RFC 4193."""

from check import Differs
from clauses import clause, involved
from nd import mac_bytes, packed
from packets import forwarded, left, right, udp6
from rfc4443 import echo6, echo_reply6
from topology import LEFT, NARROW, REMOTE6, RIGHT


def dropped(name, says, packet, drops, ether=None, **more):
    clause(name, says, send=left(packet, **(ether or {})), drops=drops, **more)


# Sources

for source, name, why in (
        ("::", "unspecified", "has no address"),
        ("::1", "loopback", "is the loopback address"),
        ("::ffff:192.0.2.9", "mapped", "names an IPv4 node"),
        ("ff02::1", "link_group", "is a group of the link"),
        ("ff0e::99", "group", "is a group")):
    dropped(f"rfc4291_2_source_{name}",
            f"A source of {source} {why}: not forwarded.",
            udp6(src=source), {"source": 1},
            linux="It forwards what comes from such an address."
            if name == "mapped" else None)
for source, what in (("fd00:1::5", "unique_local"), ("fec0::5", "site_local"),
                     ("2002:c000:202::1", "6to4"), ("64:ff9b::1", "nat64"),
                     ("3fff::1", "documentation"), ("4000::1", "unassigned")):
    clause(f"rfc4291_2_4_source_{what}",
           f"A source such as {source} is unicast like any other.",
           send=left(udp6(src=source)), out=forwarded(
               "right", udp6(src=source)))

# Destinations

for target, why, drops in (
        ("::", "unspecified", {"destination": 1}),
        ("::1", "loopback", {"destination": 1}),
        ("::ffff:198.51.100.2", "mapped", {"destination": 1})):
    dropped(f"rfc4291_2_destination_{why}",
            f"Nothing is forwarded to {target}.", udp6(dst=target), drops,
            linux=None if why == "loopback"
            else "It looks for a route, and says that there is none.")


def not_on_link(name, says, packet):
    """A router that takes the destination for a neighbour gets an answer, so
    that no error about it comes late."""
    def run(lab):
        host = lab.hosts["left"]
        host.owners[packed(packet.dst)] = mac_bytes(LEFT.second)
        try:
            lab.check([left(packet)], drops={"scope": 1})
            if packet.dst in host.asked:
                raise Differs(f"it asks for {packet.dst}")
        finally:
            lab.fence()

    run.__name__, run.__doc__ = name, says
    involved("It takes it for a neighbour on the link it came by.")(run)


not_on_link("rfc4291_2_5_6_link_local_destination",
            "What is for a link-local address of somebody else is not"
            " forwarded.", udp6(dst="fe80::77"))
not_on_link("rfc4291_2_5_6_link_local_of_another_link",
            "The router's own link-local address of one link is not its own"
            " on another.",
            udp6(src="fe80::2", dst="fe80::5054:ff:febb:2"))
for scope in (0, 1):
    dropped(f"rfc4291_2_7_group_scope_{scope}",
            f"A group of scope {scope} does not come from a wire.",
            udp6(dst=f"ff0{scope}::1"), {"destination": 1},
            ether={"dst": "33:33:00:00:00:01"})
for scope, what in ((5, "site"), (8, "organization"), (14, "global")):
    dropped(f"rfc4291_2_7_group_{what}",
            f"Groups of scope {scope} are not routed here.",
            udp6(dst=f"ff0{scope:x}::1"), {"multicast": 1},
            ether={"dst": "33:33:00:00:00:01"})
dropped("rfc4291_2_7_group_link",
        "What is for a group of the link stays on the link.",
        udp6(src="fe80::2", dst="ff02::1", hlim=64),
        {"multicast": 1},
        ether={"dst": "33:33:00:00:00:01"})

# 2.6.1 Subnet-router anycast

for link, name in ((LEFT, "near"), (RIGHT, "far"), (NARROW, "narrow")):
    request = echo6(dst=link.ip6[:-1])
    clause(f"rfc4291_2_6_1_anycast_{name}",
           f"The router answers for the subnet-router address {link.ip6[:-1]},"
           " from an address of the port that was asked (RFC 4443 4.2).",
           send=left(request),
           out=echo_reply6("left", request, source=LEFT.ip6))

# RFC 6164

request = echo6(src="2001:db8:31::3", dst="2001:db8:31::2")
clause("rfc6164_6_even_end",
       "On a /127 the first address is a node's, not an anycast one.",
       send=left(request), out=echo_reply6("left", request))
clause("rfc6164_6_odd_end", "The other end is reached.",
       send=right(udp6(src=RIGHT.host6, dst="2001:db8:31::3")),
       out=forwarded("left", udp6(src=RIGHT.host6, dst="2001:db8:31::3")))
clause("rfc6164_6_gateway", "The other end can be a gateway.",
       send=right(udp6(src=RIGHT.host6, dst="2001:db8:67::9")),
       out=forwarded("left", udp6(src=RIGHT.host6, dst="2001:db8:67::9")))
clause("rfc4291_2_1_any_own_address",
       "What is for an address of the router is its own, by whichever port.",
       send=left(echo6(dst=NARROW.ip6)),
       out=echo_reply6("left", echo6(dst=NARROW.ip6)))
clause("rfc4007_9_link_local_hop",
       "A global source by way of a gateway is no matter of scope.",
       send=left(udp6(dst=REMOTE6)), out=forwarded("right", udp6(dst=REMOTE6)))
