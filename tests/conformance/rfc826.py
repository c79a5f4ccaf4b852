# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826, ARP; RFC 5227, address conflicts; RFC 1122 2.3.2; RFC 1812 3.3.2."""

from clauses import clause, involved
from packets import arp, arp_reply, forwarded, on, udp4
from scapy.layers.l2 import ARP, Ether
from topology import LEFT, NARROW, RIGHT

BROADCAST = "ff:ff:ff:ff:ff:ff"

for wire, link in (("left", LEFT), ("right", RIGHT), ("narrow", NARROW)):
    clause(f"rfc826_request_{wire}",
           "A request for the router's address is answered: fields swapped,"
           " its MAC filled in, to who asked.",
           send=arp(wire), out=arp_reply(wire))
clause("rfc826_request_unicast",
       "A request that came as a unicast frame is answered as well.",
       send=on("left", Ether(src=LEFT.host, dst=LEFT.router)
               / ARP(hwsrc=LEFT.host, psrc=LEFT.host4, pdst=LEFT.ip4)),
       out=arp_reply("left"))
clause("rfc826_request_point_to_point",
       "A request of the peer on a /31 link for the router's end is answered.",
       send=arp("left", psrc="10.31.0.1", pdst="10.31.0.0"),
       out=arp_reply("left", to="10.31.0.1", of="10.31.0.0"))
clause("rfc826_request_hwdst_ignored",
       "What a request has as target MAC does not matter.",
       send=arp("left", hwdst="02:aa:aa:aa:aa:aa"), out=arp_reply("left"))
for name, address in (("neighbor", "192.0.2.77"), ("sender", "192.0.2.2"),
                      ("broadcast", "192.0.2.255"), ("zero", "0.0.0.0"),
                      ("route", "203.0.113.7"), ("far_host", "198.51.100.2")):
    clause(f"rfc826_request_for_{name}",
           f"A request for {address} is none for the router: no answer.",
           send=arp("left", pdst=address))
clause("rfc1812_3_3_2_request_for_another_port",
       "A request for the router's address on another link is not answered:"
       " it is not of this link.",
       send=arp("left", pdst=RIGHT.ip4),
       linux="Its addresses are the machine's, not the link's: arp_ignore is"
             " 0.")
clause("rfc5227_2_1_1_probe_of_our_address",
       "A probe, whose sender has no address yet, for ours is answered: so"
       " the other one learns of the conflict.",
       send=arp("left", psrc="0.0.0.0"), out=arp_reply("left", to="0.0.0.0"))
clause("rfc5227_2_1_1_probe_of_another_address",
       "A probe for somebody else's address is not answered.",
       send=arp("left", psrc="0.0.0.0", pdst="192.0.2.60"))
clause("rfc5227_2_3_announcement",
       "An announcement is not answered.",
       send=arp("left", pdst=LEFT.host4))

GARBLED = (
    ("hardware_type", {"hwtype": 15}), ("protocol_type", {"ptype": 0x86DD}),
    ("hardware_length", {"hwlen": 5}), ("protocol_length", {"plen": 16}),
    ("operation_0", {"op": 0}), ("operation_3", {"op": 3}),
    ("operation_9", {"op": 9}))
for name, fields in GARBLED:
    plain = bytes(ARP(hwsrc=LEFT.host, psrc=LEFT.host4, pdst=LEFT.ip4))
    at, value = {
        "hwtype": (0, b"\0\x0f"), "ptype": (2, b"\x86\xdd"),
        "hwlen": (4, b"\5"), "plen": (5, b"\x10"),
        "op": (6, bytes([0, fields.get("op", 0)]))}[next(iter(fields))]
    frame = bytes(Ether(src=LEFT.host, dst=BROADCAST, type=0x0806)) \
        + plain[:at] + value + plain[at + len(value):]
    clause(f"rfc826_{name}",
           f"ARP with a wrong {name.replace('_', ' ')} is not answered."
           if "operation" not in name else
           f"ARP with {name.replace('_', ' ')} is no request: not answered.",
           send=("left", frame.ljust(60, b"\0")),
           drops={"arp-invalid": 1})


def moved(lab, address, announce):
    """A neighbour's MAC changes; `announce` gives the frame that says so."""
    owners = lab.hosts["right"].owners
    packed = bytes(map(int, address.split(".")))
    first, second = "02:00:00:00:05:01", "02:00:00:00:05:02"
    packet = udp4(dst=address)
    owners[packed] = bytes.fromhex(first.replace(":", ""))
    lab.check([("left", frame_to_router(packet))],
              [forwarded("right", packet, mac=first)])
    owners[packed] = bytes.fromhex(second.replace(":", ""))
    lab.check([announce(second)], drops=None)
    lab.check([("left", frame_to_router(packet))],
              [forwarded("right", packet, mac=second)])


def frame_to_router(packet):
    return on("left", packet)[1]


@involved(linux="It does not change a MAC within a second of learning it, but"
                " for an announcement.")
def rfc826_request_updates_the_sender(lab):
    """A request from a known neighbour with a new MAC: the new one counts."""
    address = "198.51.100.50"
    moved(lab, address, lambda mac: on(
        "right", Ether(src=mac, dst=BROADCAST)
        / ARP(hwsrc=mac, psrc=address, pdst="198.51.100.51")))


@involved()
def rfc5227_3_announcement_updates(lab):
    """An announcement of a known neighbour with a new MAC: that counts."""
    address = "198.51.100.52"
    moved(lab, address, lambda mac: on(
        "right", Ether(src=mac, dst=BROADCAST)
        / ARP(hwsrc=mac, psrc=address, pdst=address)))


@involved()
def rfc1122_2_3_2_2_packet_is_kept(lab):
    """The packet that made the router ask for a MAC is sent when it comes."""
    lab.hosts["right"].owners[bytes([198, 51, 100, 53])] = \
        bytes.fromhex(RIGHT.second.replace(":", ""))
    packet = udp4(dst="198.51.100.53")
    lab.check([("left", frame_to_router(packet))],
              [forwarded("right", packet, mac=RIGHT.second)])
    assert "198.51.100.53" in lab.hosts["right"].asked


@involved()
def rfc826_learned_from_a_request(lab):
    """Who asks for the router's MAC is known by that: no need to ask back."""
    mac, address = "02:00:00:00:05:04", "198.51.100.54"
    lab.check([on("right", Ether(src=mac, dst=BROADCAST)
                  / ARP(hwsrc=mac, psrc=address, pdst=RIGHT.ip4))],
              [arp_reply("right", to=address, to_mac=mac)])
    packet = udp4(dst=address)
    lab.check([("left", frame_to_router(packet))],
              [forwarded("right", packet, mac=mac)])
