# SPDX-License-Identifier: BSD-2-Clause
"""Addresses that no packet on its way may have, and those that look so: RFC
1812 5.3.7 and 4.2.2.11, RFC 1122 3.2.1.3, RFC 6890 2.2.2, RFC 3927 7, and
broadcasts: RFC 1812 5.3.5, RFC 2644."""

from check import Differs
from clauses import clause, involved
from icmp_errors import TTL_EXCEEDED, echo_reply4, icmp4
from packets import echo4, either, forwarded, left, right, udp4
from topology import LEFT, NARROW, RIGHT

SOURCES = (
    ("0.0.0.0", "this host"), ("0.0.0.1", "of network 0"),
    ("0.255.255.255", "of network 0"),
    ("127.0.0.1", "loopback"), ("127.255.255.254", "loopback"),
    ("224.0.0.0", "multicast"), ("224.0.0.251", "multicast"),
    ("239.255.255.255", "multicast"),
    ("240.0.0.0", "reserved"), ("250.1.2.3", "reserved"),
    ("255.255.255.254", "reserved"),
    ("255.255.255.255", "the limited broadcast"))
CLASS_E = "It forwards what was class E: the addresses were never assigned," \
    " and it lets them be used."
NETWORK_0 = "It takes 0/8 but for 0.0.0.0 as ordinary addresses since 5.3."
for source, what in SOURCES:
    linux = {"reserved": CLASS_E, "of network 0": NETWORK_0}.get(what)
    clause(f"rfc1812_5_3_7_source_{source.replace('.', '_')}",
           f"A packet from {source} ({what}) is not forwarded.",
           send=left(udp4(src=source)), drops={"source": 1},
           linux=linux)
    clause(f"rfc1122_3_2_1_3_source_{source.replace('.', '_')}",
           f"Nor is it taken when it is for the router itself ({source}).",
           send=left(echo4(src=source, dst=LEFT.ip4)),
           drops={"source": 1})

DESTINATIONS = (
    ("0.0.0.0", "this host", "destination"),
    ("0.1.2.3", "of network 0", "destination"),
    ("127.0.0.1", "loopback", "destination"),
    ("127.255.255.254", "loopback", "destination"),
    ("224.0.1.1", "a group without members", "multicast"),
    ("232.1.1.1", "a group without members", "multicast"),
    ("239.255.255.250", "a group without members", "multicast"),
    ("240.0.0.1", "reserved", "destination"),
    ("255.255.255.254", "reserved", "destination"))
for destination, what, reason in DESTINATIONS:
    clause(f"rfc1812_5_3_7_destination_{destination.replace('.', '_')}",
           f"A packet to {destination} ({what}) is not forwarded, and nobody"
           " is told.", send=left(udp4(dst=destination)), drops={reason: 1},
           linux="It takes what was class E, and 0/8 but for 0.0.0.0, as"
                 " ordinary addresses: no route, network unreachable."
                 if what in ("reserved", "of network 0") else None)
for group in ("224.0.0.1", "224.0.0.251"):
    clause(f"rfc1812_5_3_6_local_group_{group.replace('.', '_')}",
           f"{group} is of the link alone: not forwarded, whatever its TTL.",
           send=left(udp4(dst=group, ttl=64)), drops={"multicast": 1})

# RFC 6890 2.2.2: of special use, but forwardable; and the edges of martians

for source in ("10.0.0.1", "100.64.0.1", "172.16.5.5", "192.168.255.254",
               "198.18.0.1", "192.88.99.1"):
    clause(f"rfc6890_2_2_2_source_{source.replace('.', '_')}",
           f"{source} is of special use, and forwardable all the same.",
           send=left(udp4(src=source)),
           out=forwarded("right", udp4(src=source)))
for source in ("1.0.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
               "169.255.0.0", "223.255.255.255"):
    clause(f"rfc1812_5_3_7_no_martian_{source.replace('.', '_')}",
           f"{source} is just outside of what may not be forwarded.",
           send=left(udp4(src=source)),
           out=forwarded("right", udp4(src=source)))

# RFC 3927 7: link-local

LINK_LOCAL = "It forwards link-local addresses unless its tables say otherwise."
for source in ("169.254.0.1", "169.254.255.254"):
    clause(f"rfc3927_7_source_{source.replace('.', '_')}",
           f"A packet from {source} stays on its link.",
           send=left(udp4(src=source)), drops={"scope": 1}, linux=LINK_LOCAL)
clause("rfc3927_7_source_ttl_one",
       "No error about it leaves the link either.",
       send=left(udp4(src="169.254.7.7", ttl=1)), drops={"scope": 1})
clause("rfc3927_7_destination",
       "A packet to a link-local address is not forwarded, whatever its TTL,"
       " and nobody is told.",
       send=left(udp4(dst="169.254.9.9", ttl=255)), drops={"scope": 1},
       linux="It has no route there, and says so.")

# Broadcasts

clause("rfc1812_5_3_5_1_limited_broadcast",
       "255.255.255.255 is not forwarded.",
       send=left(udp4(dst="255.255.255.255"), dst="ff:ff:ff:ff:ff:ff"),
       drops={"broadcast": 1})
clause("rfc1812_5_3_5_1_limited_broadcast_to_our_mac",
       "Nor when it came as a unicast frame.",
       send=left(udp4(dst="255.255.255.255")), drops={"broadcast": 1})
for wire, link in (("right", RIGHT), ("narrow", NARROW)):
    address = link.ip4.rsplit(".", 1)[0] + ".255"
    clause(f"rfc2644_2_directed_broadcast_{wire}",
           f"A broadcast to all of the network {wire} is not forwarded by"
           " default.", send=left(udp4(dst=address)),
           drops={"destination": 1})
    clause(f"rfc2644_2_directed_broadcast_{wire}_echo",
           f"No host of {wire} is asked for an echo that way, and the router"
           " does not answer.", send=left(echo4(dst=address)),
           drops={"destination": 1})
clause("rfc2644_2_directed_broadcast_own_link",
       "One to the link that it came in by does not go out there again.",
       send=left(udp4(dst="192.0.2.255")),
       drops={"destination": 1})
clause("rfc1812_5_3_5_2_broadcast_elsewhere",
       "The broadcast address of a network that is not the router's is an"
       " address like any other.",
       send=left(udp4(dst="203.0.113.63")),
       out=forwarded("right", udp4(dst="203.0.113.63")))


@involved(linux="It takes the first address for a host's since 5.14, and asks"
                " for its MAC.")
def rfc1812_4_2_3_1_network_address(lab):
    """The first address of a network names no host: not forwarded."""
    right_hosts, left_hosts = lab.hosts["right"], lab.hosts["left"]
    lab.check([left(udp4(dst="198.51.100.0"))], drops={"destination": 1})
    if "198.51.100.0" in right_hosts.asked:
        left_hosts.wait(lambda: left_hosts.kept, 10)  # host unreachable
        raise Differs("the router asked for its MAC")


# RFC 3021: /31 links

POINT, PEER = "10.31.0.0", "10.31.0.1"
clause("rfc3021_2_1_lower_address_is_a_host",
       "The lower address of a /31 is a host: the router answers there.",
       send=left(echo4(src=PEER, dst=POINT)),
       out=echo_reply4("left", echo4(src=PEER, dst=POINT)))
clause("rfc3021_2_1_lower_address_from_afar",
       "So it does when asked from another link.",
       send=right(echo4(src=RIGHT.host4, dst=POINT)),
       out=echo_reply4("right", echo4(src=RIGHT.host4, dst=POINT)))
clause("rfc3021_2_2_limited_broadcast",
       "Of broadcasts a /31 knows 255.255.255.255 only, and that is not"
       " forwarded.",
       send=left(udp4(src=PEER, dst="255.255.255.255"),
                 dst="ff:ff:ff:ff:ff:ff"), drops={"broadcast": 1})
clause("rfc3021_2_1_source_is_a_host",
       "Both addresses may be sources.",
       send=left(udp4(src=PEER)), out=forwarded("right", udp4(src=PEER)))
ERROR = udp4(src=PEER, ttl=1)
clause("rfc3021_2_1_error_to_the_peer",
       "The peer is told what becomes of its packets, by an address of the"
       " same port: it is no broadcast.",
       send=left(ERROR),
       out=either(icmp4("left", TTL_EXCEEDED, ERROR, source=POINT),
                  icmp4("left", TTL_EXCEEDED, ERROR)), drops={"ttl": 1})
