# SPDX-License-Identifier: BSD-2-Clause
"""Next hops that must be asked for their MAC, that do not answer, or that are
where the packet came from: RFC 1812 3.3.2 and 5.2.7, RFC 1122 2.3.2.2, RFC
3021. Each has addresses of its own, since what the router learns stays."""

from check import Differs
from clauses import clause, involved
from icmp_errors import HOST, icmp4
from packets import forwarded, left, right, udp4
from topology import RIGHT, SILENT4

# A router may ask for a MAC three times, a second apart.
GIVES_UP = 60


def unreachable(name, says, packet):
    clause(name, says, send=left(packet), out=icmp4("left", HOST, packet),
           wait=GIVES_UP, drops={"no-neighbor": 1})


unreachable("rfc1812_5_2_7_1_gateway_silent",
            "The gateway does not answer ARP: host unreachable, code 1.",
            udp4(dst=SILENT4))
unreachable("rfc1812_3_3_2_neighbor_silent",
            "A neighbour that does not answer ARP is unreachable: code 1.",
            udp4(dst="198.51.100.98"))
clause("rfc1812_4_3_2_7_none_about_later_fragment_of_silence",
       "A later fragment to a neighbour that does not answer: no error.",
       send=left(udp4(dst="198.51.100.97", frag=5)), wait=GIVES_UP,
       drops={"no-neighbor": 1})


@involved(linux="It takes a group's MAC for a neighbour's.")
def rfc1812_3_3_2_group_mac_not_believed(lab):
    """An ARP reply with a link's broadcast or group as MAC is not believed."""
    owners = lab.hosts["right"].owners
    packets = []
    for last, mac in ((95, "ffffffffffff"), (96, "01005e000001")):
        packets.append(udp4(dst=f"198.51.100.{last}"))
        owners[bytes([198, 51, 100, last])] = bytes.fromhex(mac)
    lab.check([left(p) for p in packets],
              [icmp4("left", HOST, p) for p in packets],
              drops=None, wait=GIVES_UP)


@involved()
def rfc1122_2_3_2_2_latest_packet_is_kept(lab):
    """Of the packets that wait for a MAC the latest at least is sent."""
    host, address = lab.hosts["right"], "198.51.100.94"
    packets = [udp4(dst=address, id=i) for i in range(3)]
    lab.check([left(p) for p in packets[:2]], wait=GIVES_UP, drops=None,
              out=[])
    if address not in host.asked:
        raise Differs("the router did not ask for the MAC")
    host.owners[bytes([198, 51, 100, 94])] = bytes.fromhex(
        RIGHT.second.replace(":", ""))
    host.begin()
    lab.hosts["left"].send(left(packets[2])[1])
    latest = forwarded("right", packets[2], mac=RIGHT.second)
    if not host.wait(lambda: any(latest.wrong(f) is None for f in host.kept),
                     GIVES_UP):
        raise Differs("the latest packet was not sent")


clause("rfc1812_5_2_7_2_out_where_it_came_in",
       "What goes out by the port it came in by is forwarded, and by default"
       " no redirect is sent.",
       send=left(udp4(dst="10.67.0.9")),
       out=forwarded("left", udp4(dst="10.67.0.9")))
for name, destination in (("upper_address_is_a_host", "10.31.0.1"),
                          ("gateway", "10.67.1.1")):
    packet = udp4(src=RIGHT.host4, dst=destination)
    clause(f"rfc3021_2_1_{name}",
           "The upper address of a /31 is no broadcast: the peer gets what is"
           " for it, or goes through it.",
           send=right(packet), out=forwarded("left", packet))
