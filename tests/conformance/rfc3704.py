# SPDX-License-Identifier: BSD-2-Clause
"""Sources that are verified by their reverse path: RFC 1812 5.3.8, RFC 2827
(BCP 38), RFC 3704 (BCP 84). On the left wire VID 301 is strict, VID 302 loose,
the rest takes what comes."""

from clauses import clause
from icmp_errors import NET, echo_reply4, icmp4
from ieee802_1q import tag, tagged
from nd import echo_reply6
from packets import echo4, forwarded, left, udp4, udp6
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from topology import (BLACKHOLE4, BLACKHOLE6, LEFT, NOWHERE4, NOWHERE6,
                      REJECT4, REJECT6, RIGHT)

STRICT, LOOSE = 301, 302
HOST4 = {STRICT: "10.103.0.2", LOOSE: "10.104.0.2"}
HOST6 = {STRICT: "2001:db8:103::2", LOOSE: "2001:db8:104::2"}
OURS4 = {vid: address[:-1] + "1" for vid, address in HOST4.items()}
OURS6 = {vid: address[:-1] + "1" for vid, address in HOST6.items()}
RPF = {"rpf": 1}
# Source by family: of a route by the strict interface, by it and another.
GATEWAY = {4: "10.70.0.9", 6: "2001:db8:70::9"}
WAYS = {4: "10.69.0.9", 6: "2001:db8:69::9"}
NO_IP6 = "It verifies no IPv6 sources by itself: that is netfilter's."


def udp(src):
    return udp6(src=src) if ":" in src else udp4(src=src)


def passes(name, says, vid, src):
    clause(name, says, send=tag(left(udp(src)), vid),
           out=forwarded("right", udp(src)))


def fails(name, says, vid, src):
    clause(name, says, send=tag(left(udp(src)), vid), drops=RPF,
           linux=NO_IP6 if ":" in src else None)


for packet, ip6 in ((udp4(src="198.51.100.77"), ""),
                    (udp6(src="2001:db8:2::77"), "_ip6")):
    clause(f"rfc1812_5_3_8_off_by_default{ip6}",
           "Unless it is told to, a router does not ask where a source is.",
           send=left(packet), out=forwarded("right", packet))

for ip6, host, family, elsewhere, ours, far in (
        ("", HOST4, 4, LEFT.host4, OURS4, RIGHT.ip4),
        ("_ip6", HOST6, 6, LEFT.host6, OURS6, RIGHT.ip6)):
    nowhere, blackhole, reject = (
        (NOWHERE4, BLACKHOLE4, REJECT4) if family == 4 else
        (NOWHERE6, BLACKHOLE6, REJECT6))
    passes(f"rfc3704_2_2_strict_neighbor{ip6}",
           "Strict: a source on the network of the interface passes.",
           STRICT, host[STRICT])
    passes(f"rfc3704_2_2_strict_gateway{ip6}",
           "So does one whose route leads out of the interface.",
           STRICT, GATEWAY[family])
    passes(f"rfc3704_2_2_strict_several_ways{ip6}",
           "Of a route with several ways, one that does will do.",
           STRICT, WAYS[family])
    fails(f"rfc3704_2_2_strict_elsewhere{ip6}",
          "A source whose route leads out of another interface does not pass.",
          STRICT, elsewhere)
    fails(f"rfc3704_2_2_strict_same_port{ip6}",
          "The interface is that of the tag: another VID of the same port is"
          " elsewhere.", STRICT, host[LOOSE])
    passes(f"rfc3704_2_5_loose_elsewhere{ip6}",
           "Loose: a source that is reached by whichever interface passes.",
           LOOSE, elsewhere)
    passes(f"rfc3704_2_5_loose_gateway{ip6}", "So does one behind a gateway.",
           LOOSE, GATEWAY[family])
    for mode, section, vid in (("strict", "2_2", STRICT),
                               ("loose", "2_5", LOOSE)):
        for what, says, src in (
                ("no_route", "A source without a route", nowhere),
                ("blackhole", "A source with a blackhole route", blackhole),
                ("reject", "A source with a route that refuses", reject)):
            fails(f"rfc3704_{section}_{mode}_{what}{ip6}",
                  f"{says} does not pass, {mode} or not.", vid, src)
        for what, src in (("here", ours[vid]), ("elsewhere", far)):
            fails(f"rfc1812_5_3_8_{mode}_own_address_{what}{ip6}",
                  "Nor does an address of the router itself: nobody else is"
                  f" reached there ({mode}, {what}).", vid, src)

fails("rfc1812_5_3_8_strict_broadcast_address",
      "Nor the broadcast address of a network of the router's.",
      STRICT, "10.103.0.255")

# Silently

for what, packet in (("ttl_one", udp4(src=NOWHERE4, ttl=1)),
                     ("no_route", udp4(src=NOWHERE4, dst="100.64.8.8")),
                     ("reject", udp4(src=NOWHERE4, dst=REJECT4)),
                     ("to_the_router", echo4(src=LEFT.host4,
                                             dst=OURS4[STRICT])),
                     ("to_its_far_side", echo4(src=LEFT.host4, dst=RIGHT.ip4))):
    clause(f"rfc1812_5_3_8_silent_{what}",
           "What does not pass is discarded without a word"
           f" ({what.replace('_', ' ')}).",
           send=tag(left(packet), STRICT), drops=RPF)
for what, packet in (("hop_limit_one", udp6(src=LEFT.host6, hlim=1)),
                     ("to_the_router",
                      IPv6(src=LEFT.host6, dst=OURS6[STRICT])
                      / ICMPv6EchoRequest(id=7))):
    clause(f"rfc1812_5_3_8_silent_{what}_ip6",
           "So it is with IPv6.", send=tag(left(packet), STRICT), drops=RPF,
           linux=NO_IP6)
packet = udp4(src=HOST4[STRICT], dst=NOWHERE4)
clause("rfc1812_5_3_8_good_source_is_told",
       "Who passes is told what becomes of its packets, as ever.",
       send=tag(left(packet), STRICT), drops={"no-route": 1},
       out=tagged(STRICT, icmp4("left", NET, packet, source=OURS4[STRICT])))
packet = echo4(src=HOST4[STRICT], dst=OURS4[STRICT])
clause("rfc1812_5_3_8_good_source_is_answered",
       "And answered by the router itself.",
       send=tag(left(packet), STRICT),
       out=tagged(STRICT, echo_reply4("left", packet)))

# What has no way back by its nature

packet = udp4(src="0.0.0.0", dst="255.255.255.255", sport=68, dport=67)
clause("rfc1812_5_3_8_exempt_no_address_yet",
       "Who asks for a lease from 0.0.0.0 is not verified.",
       send=tag(left(packet, dst="ff:ff:ff:ff:ff:ff"), STRICT),
       drops={"broadcast": 1})
packet = IPv6(src="fe80::2", dst=OURS6[STRICT]) / ICMPv6EchoRequest(id=7)
clause("rfc1812_5_3_8_exempt_link_local",
       "A link-local source is on its link wherever it is: it is answered.",
       send=tag(left(packet), STRICT),
       out=tagged(STRICT, echo_reply6("left", packet, LEFT.host)))
