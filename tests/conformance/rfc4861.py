# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4861, Neighbor Discovery: solicitations that the router answers, and
what it asks for itself. What it learns: rfc4861_learning.py. Each clause has
neighbours of its own, since what the router learns stays."""

from check import Differs
from clauses import ANY, clause, involved
from icmp_errors import icmp6
from nd import (GIVES_UP, NS, ROUTER, SOLICITED, advertisement, echo_reply6,
                is_kind, local, mac_bytes, nd, no_advertisement, packed,
                question, solicit, solicited_node, wait_for, wrong_message)
from packets import either, forwarded, left, packet_of, udp6
from scapy.layers.inet6 import (ICMPv6EchoRequest, ICMPv6ND_NS,
                                ICMPv6NDOptSrcLLAddr, IPv6)
from scapy.packet import Raw
from topology import LEFT, LINKS, RIGHT

ADDRESS_UNREACHABLE = (1, 3)
# Who asked by unicast knows the MAC: it may be left out, and then O is 0.
UNICAST_ANSWER = either(advertisement("left"), advertisement(
    "left", flags=ROUTER | SOLICITED, tlla=False))

# 7.2.4 Solicited advertisements

for wire, link in LINKS.items():
    clause(f"rfc4861_7_2_4_solicited_{wire}",
           "A solicitation for the router's address is answered to who asked:"
           " flags R, S and O, hop limit 255, its MAC as an option.",
           send=solicit(wire), out=advertisement(wire))
    clause(f"rfc4861_7_2_4_solicited_link_local_{wire}",
           "So is one for its link-local address.",
           send=solicit(wire, local(link), src="fe80::2"),
           out=advertisement(wire, local(link), to="fe80::2"))
clause("rfc4861_7_2_4_solicited_127",
       "So is one for its end of a /127.",
       send=solicit("left", "2001:db8:31::2", src="2001:db8:31::3"),
       out=advertisement("left", "2001:db8:31::2", to="2001:db8:31::3"))
clause("rfc4861_7_2_4_solicited_from_link_local",
       "A link-local host that asks for a global address is answered there.",
       send=solicit("left", src="fe80::2"),
       out=advertisement("left", to="fe80::2"))
clause("rfc4861_7_2_4_solicited_by_unicast",
       "A solicitation to the address itself is answered as well: it is a"
       " probe.",
       send=solicit("left", group=False), out=UNICAST_ANSWER)
clause("rfc4861_7_2_4_solicited_by_unicast_without_option",
       "So is one without a source link-layer address: the router knows"
       " whom it answers.",
       send=solicit("left", group=False, slla=False), out=UNICAST_ANSWER)
clause("rfc4861_4_3_unknown_option",
       "Options that the router does not know are skipped.",
       send=solicit("left", options=Raw(b"\xfd\x02" + bytes(14))),
       out=advertisement("left"))
clause("rfc4861_4_3_reserved_field",
       "The reserved field is not looked at.",
       send=nd("left", ICMPv6ND_NS(tgt=LEFT.ip6, res=0xFFFFFFFF)
               / ICMPv6NDOptSrcLLAddr(lladdr=LEFT.host),
               dst=solicited_node(LEFT.ip6)),
       out=advertisement("left"))

# 7.2.3 Solicitations that are none for us

for name, target in (("neighbor", "2001:db8:1::77"), ("sender", LEFT.host6),
                     ("far_host", RIGHT.host6), ("route", "2001:db8:203::7")):
    clause(f"rfc4861_7_2_3_solicited_for_{name}",
           f"A solicitation for {target} is none for the router: no answer.",
           send=solicit("left", target, to_mac=LEFT.router), drops=ANY)
clause("rfc4861_7_2_3_solicited_for_another_link",
       "A solicitation for the router's address on another link is not"
       " answered: it is not of this interface.",
       send=solicit("left", RIGHT.ip6, to_mac=LEFT.router), drops=ANY)

# 7.1.1 Validation

SHORT = Raw(b"\x87\0\0\0" + bytes(4) + packed(LEFT.ip6)[:12])
INVALID = {
    "hop_limit_254": ("a hop limit of 254: it came from another link",
                      solicit("left", hlim=254)),
    "hop_limit_0": ("a hop limit of 0", solicit("left", hlim=0)),
    "code_1": ("code 1", solicit("left", code=1)),
    "checksum": ("a wrong checksum", solicit("left", cksum=0x1234)),
    "short": ("less than 24 bytes", nd("left", SHORT)),
    "option_length_0": ("an option of length 0",
                        solicit("left", options=Raw(b"\xfd\0" + bytes(6)))),
    "option_too_long": ("an option that ends behind the packet",
                        solicit("left", options=Raw(b"\xfd\2" + bytes(6)))),
    "target_group": ("a group as its target",
                     solicit("left", "ff02::1:ff00:1", dst=LEFT.ip6)),
}
for name, (what, frame) in INVALID.items():
    clause(f"rfc4861_7_1_1_{name}",
           f"A solicitation with {what} is silently discarded.",
           send=frame, drops=ANY)
for name, what, fields in (
        ("to_unicast", "to a unicast address",
         {"dst": LEFT.ip6, "slla": False}),
        ("to_all_nodes", "to all nodes", {"dst": "ff02::1", "slla": False}),
        ("with_option", "with a source link-layer address", {})):
    frame = solicit("left", src="::", **fields)

    def silent(lab, frame=frame):
        no_advertisement(lab, "left", frame)

    silent.__name__ = f"rfc4861_7_1_1_unspecified_{name}"
    silent.__doc__ = f"Nor is one from no address answered {what}."
    involved()(silent)

# 7.2.2 Asking


def answered(address, wire="right"):
    """From now on the second host there has this address."""
    return lambda lab: lab.hosts[wire].owners.update(
        {packed(address): mac_bytes(LINKS[wire].second)})


@involved()
def rfc4861_7_2_2_packet_is_kept(lab):
    """The packet that made the router ask is sent when the answer comes; the
    question goes to the solicited-node group, with the router's MAC."""
    address = "2001:db8:2::50"
    answered(address)(lab)
    packet = udp6(dst=address)
    lab.check([left(packet)], [
        question("right", address),
        forwarded("right", packet, mac=RIGHT.second)])


@involved()
def rfc4861_7_2_2_retries(lab):
    """A neighbour that misses the first question is asked again."""
    address = "2001:db8:2::51"
    host, packet = lab.hosts["right"], udp6(dst=address)
    answered(address)(lab)
    host.misses[packed(address)] = 1
    lab.check([left(packet)], [
        question("right", address), question("right", address),
        forwarded("right", packet, mac=RIGHT.second)], wait=GIVES_UP)


@involved()
def rfc4861_7_2_2_gives_up(lab):
    """After three questions without an answer: address unreachable."""
    address = "2001:db8:2::52"
    packet = udp6(dst=address)
    lab.check([left(packet)],
              [question("right", address)] * 3
              + [icmp6("left", ADDRESS_UNREACHABLE, packet)],
              drops={"no-neighbor": 1}, wait=GIVES_UP)
    asked = lab.hosts["right"].asked.count(address)
    if asked != 3:
        raise Differs(f"asked {asked} times")


@involved()
def rfc4861_7_2_2_link_local_neighbor(lab):
    """A link-local neighbour is asked for from the link-local address."""
    address = "fe80::54"
    answered(address, "left")(lab)
    echo = IPv6(src=address, dst=local(LEFT)) / ICMPv6EchoRequest(id=54)
    lab.check([left(echo)], [question("left", address),
                             echo_reply6("left", echo, mac=LEFT.second)])


@involved()
def rfc4861_7_3_3_probe_is_unicast(lab):
    """Whether a known neighbour is still there is asked by unicast, with hop
    limit 255."""
    frame = wait_for(lab, "right", lambda f: is_kind(f, NS) and not f[0] & 1)
    bad = wrong_message(packet_of(frame), 32)
    if bad:
        raise Differs(bad)
