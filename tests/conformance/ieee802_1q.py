# SPDX-License-Identifier: BSD-2-Clause
"""IEEE 802.1Q: frames with tags, and the interfaces of their VIDs."""

from clauses import ANY, clause
from icmp_errors import (NET, TTL_EXCEEDED, echo_reply4, icmp4, icmp6,
                         too_big4)
from nd import advertisement, echo_reply6, solicit
from packets import (Out, arp, arp_reply, echo4, forwarded, left, narrow, right,
                     udp4, udp6)
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from topology import LEFT, NARROW, NOWHERE4, RIGHT

MACS = 12
VID = 0xFFF
# Hosts behind tags, by VID, and the router there.
HOST4 = {100: "10.100.0.2", 4094: "10.101.0.2", 200: "10.102.0.2"}
HOST6 = {100: "2001:db8:100::2", 4094: "2001:db8:101::2",
         200: "2001:db8:102::2"}
OURS4 = {vid: address[:-1] + "1" for vid, address in HOST4.items()}
OURS6 = {vid: address[:-1] + "1" for vid, address in HOST6.items()}
HOPS_USED_UP = (3, 0)


def tag(sent, tci, kind=0x8100):
    """The frame behind a tag."""
    wire, frame = sent
    return wire, frame[:MACS] + kind.to_bytes(2, "big") \
        + tci.to_bytes(2, "big") + frame[MACS:]


def tagged(tci, out):
    """What must come out with this tag in front."""
    def wrong(frame):
        if frame[MACS:MACS + 2] != b"\x81\0":
            return "no tag"
        got = int.from_bytes(frame[MACS + 2:MACS + 4], "big")
        if got != tci:
            return f"VID {got & VID}, priority {got >> 12:#x}"
        return out.wrong(frame[:MACS] + frame[MACS + 4:])

    return Out(out.wire, wrong, f"VID {tci & VID}: {out.says}")


# Tags come and go

for vid in (100, 4094):
    packet = udp4(dst=HOST4[vid])
    clause(f"ieee802_1q_untagged_to_{vid}",
           f"What leaves by the interface of VID {vid} is tagged with it.",
           send=left(packet), out=tagged(vid, forwarded("right", packet)))
    packet = udp4(src=HOST4[vid], dst=LEFT.host4)
    clause(f"ieee802_1q_{vid}_to_untagged",
           f"What came with VID {vid} and leaves untagged has no tag.",
           send=tag(right(packet), vid), out=forwarded("left", packet))
packet = udp6(dst=HOST6[100])
clause("ieee802_1q_untagged_to_100_ip6", "So it is with IPv6.",
       send=left(packet), out=tagged(100, forwarded("right", packet)))
packet = udp6(src=HOST6[100], dst=LEFT.host6)
clause("ieee802_1q_100_to_untagged_ip6", "Back again, too.",
       send=tag(right(packet), 100), out=forwarded("left", packet))
for name, source, to in (("one_port", 100, 4094), ("two_ports", 100, 200)):
    packet = udp4(src=HOST4[source], dst=HOST4[to])
    wire = "left" if to == 200 else "right"
    clause(f"ieee802_1q_tag_to_tag_{name}",
           f"From VID {source} to {to}: the tag is that of the outgoing"
           " interface.",
           send=tag(right(packet), source),
           out=tagged(to, forwarded(wire, packet)))
packet = udp4(src=HOST4[100], dst=RIGHT.host4)
clause("ieee802_1q_tag_to_untagged_one_port",
       "From a VID to the untagged interface of the same port.",
       send=tag(right(packet), 100), out=forwarded("right", packet))
packet = udp4(size=1500, dst=HOST4[100])
clause("ieee802_1q_mtu_out",
       "A tag takes nothing from the MTU: 1500 bytes leave in 1518.",
       send=left(packet), out=tagged(100, forwarded("right", packet)))
packet = udp4(size=1500, src=HOST4[100], dst=LEFT.host4)
clause("ieee802_1q_mtu_in", "Nor on the way in.",
       send=tag(right(packet), 100), out=forwarded("left", packet))
packet = udp4(size=28, src=HOST4[100], dst=HOST4[200])
clause("ieee802_1q_least_frame",
       "A packet that is smaller than the least frame passes whole.",
       send=tag(right(packet), 100), out=tagged(200, forwarded("left",
                                                               packet)))

# 6.9.3 Priority and DEI

LINUX_PRIORITY = "Without a map it sends with priority 0."
for what, priority in (("pcp_1", 0x2000), ("pcp_7", 0xE000),
                       ("dei", 0x1000), ("pcp_5_dei", 0xB000)):
    packet = udp4(src=HOST4[100], dst=HOST4[200])
    clause(f"ieee802_1q_priority_kept_{what}",
           "From tag to tag a packet keeps its priority"
           f" ({what.replace('_', ' ')}).",
           send=tag(right(packet), priority | 100),
           out=tagged(priority | 200, forwarded("left", packet)),
           linux=LINUX_PRIORITY)
    packet = udp4(src=HOST4[100], dst=LEFT.host4)
    clause(f"ieee802_1q_priority_of_known_vid_{what}",
           "The VID alone tells the interface, whatever the priority"
           f" ({what.replace('_', ' ')}).",
           send=tag(right(packet), priority | 100),
           out=forwarded("left", packet))

# VIDs that are special or nobody's

for priority in (0, 0xE000):
    clause(f"ieee802_1q_vid_0_priority_{priority >> 13}",
           "VID 0 is a priority alone: the frame counts as untagged.",
           send=tag(left(udp4()), priority), out=forwarded("right", udp4()))
packet = udp4(src=HOST4[100], dst=LEFT.host4)
for vid in (1, 99, 101, 200, 4093, 4095):
    clause(f"ieee802_1q_unknown_vid_{vid}",
           f"VID {vid} is nobody's there: the frame is discarded."
           if vid != 4095 else
           "VID 4095 is reserved: the frame is discarded.",
           send=tag(right(packet), vid), drops={"vlan": 1})
clause("ieee802_1q_two_tags", "A frame with two tags is discarded.",
       send=tag(tag(right(packet), 100), 100), drops={"qinq": 1})
clause("ieee802_1q_two_tags_inner_0",
       "Also when the inner one is a priority alone.",
       send=tag(tag(right(packet), 0), 100), drops={"qinq": 1},
       linux="It takes off an inner tag with VID 0 as well.")
clause("ieee802_1ad_service_tag", "So is one with a service tag.",
       send=tag(right(packet), 100, 0x88A8), drops={"qinq": 1})
clause("ieee802_1ad_service_and_customer_tag",
       "So is one with a service tag and a customer's behind it.",
       send=tag(tag(right(packet), 100), 300, 0x88A8), drops={"qinq": 1})
clause("ieee802_1q_other_mac",
       "A tagged frame to a foreign MAC is not taken.",
       send=tag(right(packet, dst="02:99:99:99:99:99"), 100), drops=ANY,
       filtered=True)

# ARP, ND and the router itself behind a tag

OPTIONS = {"psrc": HOST4[100], "pdst": OURS4[100]}
clause("ieee802_1q_arp",
       "A tagged ARP request for the address there is answered with the tag.",
       send=tag(arp("right", **OPTIONS), 100),
       out=tagged(100, arp_reply("right", to=HOST4[100], of=OURS4[100])))
clause("ieee802_1q_arp_priority",
       "What is the router's own has priority 0.",
       send=tag(arp("right", **OPTIONS), 0xA064),
       out=tagged(100, arp_reply("right", to=HOST4[100], of=OURS4[100])))
clause("ieee802_1q_arp_vid_0",
       "An ARP request with VID 0 is answered as an untagged one.",
       send=tag(arp("right"), 0), out=arp_reply("right"))
LINUX_ARP = "Its addresses are the machine's, not the link's: arp_ignore is 0."
clause("ieee802_1q_arp_untagged_for_vlan",
       "An untagged request for an address behind a tag is not answered.",
       send=arp("right", pdst=OURS4[100]), drops=ANY, linux=LINUX_ARP)
clause("ieee802_1q_arp_other_vlan",
       "Nor is one behind another tag.",
       send=tag(arp("right", psrc=HOST4[4094], pdst=OURS4[100]), 4094),
       drops=ANY, linux=LINUX_ARP)
clause("ieee802_1q_nd",
       "A tagged solicitation is answered with the tag.",
       send=tag(solicit("right", OURS6[100], src=HOST6[100]), 100),
       out=tagged(100, advertisement("right", OURS6[100], to=HOST6[100])))
clause("ieee802_1q_nd_untagged_for_vlan",
       "An untagged one for an address behind a tag is not.",
       send=solicit("right", OURS6[100], to_mac=RIGHT.router), drops=ANY)
packet = echo4(src=HOST4[100], dst=OURS4[100])
clause("ieee802_1q_echo", "The router answers an echo request with the tag.",
       send=tag(right(packet), 100),
       out=tagged(100, echo_reply4("right", packet)))
packet = echo4(src=HOST4[100], dst=LEFT.ip4)
clause("ieee802_1q_echo_far_side",
       "Also one to its address on another link.",
       send=tag(right(packet), 100),
       out=tagged(100, echo_reply4("right", packet)))
packet = IPv6(src=HOST6[100], dst=OURS6[100]) / ICMPv6EchoRequest(id=7)
clause("ieee802_1q_echo_ip6", "An IPv6 echo request, too.",
       send=tag(right(packet), 100),
       out=tagged(100, echo_reply6("right", packet, RIGHT.host)))

# Errors go back behind the tag

packet = udp4(src=HOST4[100], dst=LEFT.host4, ttl=1)
clause("ieee802_1q_ttl",
       "An error goes back with the tag, from the address there.",
       send=tag(right(packet), 100), drops={"ttl": 1},
       out=tagged(100, icmp4("right", TTL_EXCEEDED, packet,
                             source=OURS4[100])))
packet = udp4(src=HOST4[100], dst=NOWHERE4)
clause("ieee802_1q_no_route", "Also when there is no route.",
       send=tag(right(packet), 100), drops={"no-route": 1},
       out=tagged(100, icmp4("right", NET, packet, source=OURS4[100])))
packet = udp4(src=HOST4[100], dst=NARROW.host4, size=1400, flags="DF")
clause("ieee802_1q_too_big", "Also when the packet is too big.",
       send=tag(right(packet), 100), drops={"mtu": 1},
       out=tagged(100, too_big4("right", 1280, packet, source=OURS4[100])))
packet = udp6(src=HOST6[100], dst=LEFT.host6, hlim=1)
clause("ieee802_1q_hop_limit", "Also for IPv6.",
       send=tag(right(packet), 100), drops={"ttl": 1},
       out=tagged(100, icmp6("right", HOPS_USED_UP, packet,
                             source=OURS6[100])))
packet = udp4(src=NARROW.host4, dst="10.100.0.255")
clause("ieee802_1q_directed_broadcast",
       "A network's broadcast behind a tag is no host: not forwarded.",
       send=narrow(packet), drops=ANY)
